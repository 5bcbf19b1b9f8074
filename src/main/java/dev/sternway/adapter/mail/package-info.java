/** Mail, by SMTP. */
package dev.sternway.adapter.mail;

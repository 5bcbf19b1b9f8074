/** A webhook of the user's own, signed. */
package dev.sternway.adapter.webhook;

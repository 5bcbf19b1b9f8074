/** HTTP to managed systems, as their users would send it. */
package dev.sternway.adapter.http;

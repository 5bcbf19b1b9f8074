/** What Sternway asks of the outside: one interface for each kind of technology, implemented in {@code adapter/}. */
package dev.sternway.port;

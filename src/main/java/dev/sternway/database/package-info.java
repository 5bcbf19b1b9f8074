/** Where engine and product keep what they know: an embedded PostgreSQL, or one that was configured. */
package dev.sternway.database;

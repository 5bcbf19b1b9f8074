/** SQLite as a store: a file, copied by SQLite's own backup, swapped by name while nobody holds it open. */
package dev.sternway.adapter.sqlite;

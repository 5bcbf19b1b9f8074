/** PostgreSQL as a store: SQL by JDBC, dumps and loads by PostgreSQL's own tools, a swap by renaming databases. */
package dev.sternway.adapter.postgres;

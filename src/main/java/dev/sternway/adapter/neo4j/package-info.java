/** Neo4j as a store: dumped and loaded offline by its own tool, swapped by the names of directories while it is stopped. */
package dev.sternway.adapter.neo4j;

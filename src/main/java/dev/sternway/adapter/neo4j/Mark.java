package dev.sternway.adapter.neo4j;

import dev.sternway.port.DataStore.Stage;
import java.util.Map;

/**
 * What Sternway notes about a database that it put beside the live one.
 *
 * @param name as it was asked for, before it was made one that Neo4j allows
 * @param backup checksum of the backup that the copy, or the kept one's successor, was loaded from
 * @param replacedBy identity of the database that a swap made live in its place, null unless kept
 * @param rows of the backup, or of the kept database when it was put aside
 */
record Mark(Stage stage, String name, String backup, String replacedBy, Map<String, Long> rows) {}

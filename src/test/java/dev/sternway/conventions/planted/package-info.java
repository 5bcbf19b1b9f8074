/** Violations on purpose, so that the rules are seen to bite. */
package dev.sternway.conventions.planted;

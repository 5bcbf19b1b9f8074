/** What was wanted and what was seen, kept for good; and the papers that are written from it. */
package dev.sternway.evidence;

/** The command line: {@code serve} starts Sternway, the other commands talk to a running one over its REST API. */
package dev.sternway.cli;

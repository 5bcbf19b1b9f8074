/** Decision and catalogue and the world as it is make a plan: ordered steps, now → after, identified by its SHA-256. */
package dev.sternway.plan;

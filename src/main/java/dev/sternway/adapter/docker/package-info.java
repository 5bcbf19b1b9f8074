/** Containers on a Docker engine, through docker-java and the engine's own JSON. */
package dev.sternway.adapter.docker;

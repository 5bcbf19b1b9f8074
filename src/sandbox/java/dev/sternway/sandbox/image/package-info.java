/**
 * Container images for the sandbox on a machine without a registry.
 *
 * <p>The two bases (a JRE, a PostgreSQL) are root file systems made of this machine's own binaries with the libraries
 * they need, and are loaded into the engine; everything else is a thin build on top. Who has a registry sets {@code
 * SANDBOX_JRE_IMAGE} and {@code SANDBOX_POSTGRES_IMAGE} (for example {@code eclipse-temurin:17-jre} and {@code
 * postgres:15}) to take public images as bases instead.
 */
package dev.sternway.sandbox.image;

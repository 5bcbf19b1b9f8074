/**
 * The shop that the sandbox upgrades and breaks: a front, an API and their two releases.
 *
 * <p>These classes run inside the containers on a bare JRE with pgjdbc and HikariCP. What a release does is in its
 * image: the image of one release does not hold the class of the other.
 */
package dev.sternway.sandbox.shop;

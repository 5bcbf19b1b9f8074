/**
 * The sandbox: a small shop on real containers with a release that works and one that harms, watched by a real
 * Prometheus and Alertmanager. The demo tells its story in it, the scenario tests use it, the product never ships it.
 */
package dev.sternway.sandbox;

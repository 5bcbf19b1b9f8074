/** Figures from Prometheus. */
package dev.sternway.adapter.prometheus;

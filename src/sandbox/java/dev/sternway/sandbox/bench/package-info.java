/** Benchmarks: {@code ./sternway bench}. Each compares side by side in one run and ends with a verdict. */
package dev.sternway.sandbox.bench;

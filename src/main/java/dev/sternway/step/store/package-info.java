/** Going back with data: load the backup beside, measure what would be lost, swap, prove, swap back. */
package dev.sternway.step.store;

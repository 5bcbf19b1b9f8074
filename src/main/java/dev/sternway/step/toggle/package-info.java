/** Level 1: features turned off by their toggles. */
package dev.sternway.step.toggle;

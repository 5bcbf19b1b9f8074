/** Rows that a restore left behind: found, brought back, taken out again. */
package dev.sternway.step.salvage;

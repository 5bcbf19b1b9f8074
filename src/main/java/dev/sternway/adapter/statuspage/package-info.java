/** Statuspage, for everybody outside. */
package dev.sternway.adapter.statuspage;

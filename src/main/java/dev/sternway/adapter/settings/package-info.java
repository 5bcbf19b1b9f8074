/** One file of settings as a store: taken back as a whole, shown key by key, never with a value. */
package dev.sternway.adapter.settings;

/** The maintenance mode of managed systems, by HTTP. */
package dev.sternway.adapter.maintenance;

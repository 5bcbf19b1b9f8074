/** Git work trees. */
package dev.sternway.adapter.git;

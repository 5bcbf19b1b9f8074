/** Archives of files. */
package dev.sternway.adapter.archive;

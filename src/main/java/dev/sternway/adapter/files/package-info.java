/** Directories and files of this host as stores, and what all stores that are files have in common: copies beside, swap, marks. */
package dev.sternway.adapter.files;

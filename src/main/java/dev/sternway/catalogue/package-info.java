/** The managed systems and what is known of them: descriptions, releases that ran well, backups. */
package dev.sternway.catalogue;

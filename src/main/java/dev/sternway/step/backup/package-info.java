/** Taking backups: before an upgrade, by schedule, and of the failed state before it is replaced. */
package dev.sternway.step.backup;

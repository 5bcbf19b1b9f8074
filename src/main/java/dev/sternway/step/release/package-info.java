/** Level 2: releases recorded before an upgrade, and services put back on them. */
package dev.sternway.step.release;

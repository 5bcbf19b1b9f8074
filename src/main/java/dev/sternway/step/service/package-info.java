/** Services as containers: stopped, started, awaited, proved, and replaced by one created beside. */
package dev.sternway.step.service;

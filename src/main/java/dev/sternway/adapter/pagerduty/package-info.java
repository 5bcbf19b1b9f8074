/** PagerDuty, by its Events API v2. */
package dev.sternway.adapter.pagerduty;

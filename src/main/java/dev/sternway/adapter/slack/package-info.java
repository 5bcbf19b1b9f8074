/** Slack, by incoming webhook or by its Web API. */
package dev.sternway.adapter.slack;

/** Microsoft Teams, by a workflow's webhook. */
package dev.sternway.adapter.teams;

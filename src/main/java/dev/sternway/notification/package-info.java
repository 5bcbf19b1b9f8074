/** What people and other systems are told of an incident: outbox, deadlines, escalation, texts. */
package dev.sternway.notification;

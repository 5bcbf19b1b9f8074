package dev.sternway.plan;

import dev.sternway.catalogue.ManagedSystem;
import java.time.Instant;

/**
 * What a plan is wanted for.
 *
 * @param feature the toggle to switch, or null for all toggles of the system
 * @param harmSince when the harm may have begun: only backups taken before are offered
 */
public record PlanRequest(String incidentId, ManagedSystem system, int level, String feature, Instant harmSince) {}

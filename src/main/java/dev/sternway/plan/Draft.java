package dev.sternway.plan;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Release;
import dev.sternway.plan.Plan.PlanStep;
import java.util.List;

/**
 * What a level would do, before it is a plan.
 *
 * @param release the release to go back to, or null
 * @param backup the backup to go back to, or null
 */
record Draft(Release release, BackupSet backup, List<PlanStep> steps) {}

package dev.sternway.catalogue;

import java.util.List;

/**
 * A switch that turns a feature off without new code: an environment variable of a container.
 *
 * @param service the service whose container is recreated with the variable changed (a restart would not load it)
 * @param environment name of the variable
 * @param off value that turns the feature off
 * @param behaviour checks that show in the application's behaviour that the feature is off
 */
public record Toggle(
        String id, String title, String service, String environment, String off, List<Check.HttpProbe> behaviour) {}

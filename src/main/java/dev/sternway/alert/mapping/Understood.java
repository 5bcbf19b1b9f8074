package dev.sternway.alert.mapping;

import dev.sternway.alert.Alert;
import dev.sternway.alert.format.Reading;
import java.util.List;
import java.util.Optional;

/** A message in the words of the decision; the notes are for people. */
public record Understood(
        String format,
        List<Alert> alerts,
        List<String> notes,
        Optional<Reading.Group> group,
        Optional<Reading.SubscriptionRequest> subscription) {}

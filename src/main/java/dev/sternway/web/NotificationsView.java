package dev.sternway.web;

import dev.sternway.catalogue.Check;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Verdict;
import dev.sternway.notification.Audience;
import dev.sternway.notification.Contact;
import dev.sternway.notification.Contacts;
import dev.sternway.notification.NoticeLog;
import dev.sternway.notification.NoticeLog.ChannelHealth;
import dev.sternway.notification.NoticeLog.ChannelState;
import dev.sternway.notification.NoticeLog.Maintenance;
import dev.sternway.notification.NoticeLog.Message;
import dev.sternway.notification.Support;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/**
 * Who was told of an incident, what did not arrive, and whom to phone.
 *
 * @param channels all channels, set up or not
 * @param phones whoever is on call, when something did not arrive
 * @param support help from outside for the layers that failed (S4-36)
 */
record NotificationsView(
        List<Message> messages,
        List<ChannelHealth> channels,
        Maintenance maintenance,
        List<Contact> phones,
        List<Support> support) {

    /** Reads it. */
    @Component
    static class Reader {
        private static final Set<String> ON_STORES =
                Set.of("backUpStore", "loadStoreBeside", "measureLoss", "swapStore", "swapStoreBack", "proveStore");

        private final NoticeLog log;
        private final Contacts contacts;

        Reader(NoticeLog log, Contacts contacts) {
            this.log = log;
            this.contacts = contacts;
        }

        NotificationsView read(String incidentId, boolean open, List<Evidence> entries, Verdict verdict) {
            List<Message> messages = log.of(incidentId);
            boolean trouble = messages.stream().anyMatch(NotificationsView::inTrouble);
            Set<String> failed = open ? failedLayers(entries, verdict) : Set.of();
            return new NotificationsView(
                    messages,
                    log.channels(),
                    log.maintenance(incidentId),
                    trouble
                            ? contacts.all().stream()
                                    .filter(each -> each.role().equals(Audience.ON_CALL.role())
                                            && !each.phone().isEmpty())
                                    .toList()
                            : List.of(),
                    contacts.externalSupport().stream()
                            .filter(each -> failed.contains(each.layer()))
                            .toList());
        }

        /** Where something failed: the machines, the database, or what is reached from outside. */
        private static Set<String> failedLayers(List<Evidence> entries, Verdict verdict) {
            Set<String> layers = new TreeSet<>();
            for (Evidence entry : entries) {
                boolean failed =
                        entry.outcome() == Evidence.Outcome.FAILED || entry.outcome() == Evidence.Outcome.REFUSED;
                if (failed && entry.kind() == Evidence.Kind.STEP) {
                    layers.add(ON_STORES.contains(String.valueOf(entry.step())) ? "database" : "cloud");
                }
            }
            for (Verdict.PartVerdict part : verdict.parts()) {
                if (part.result() == Verdict.Result.FAILED) {
                    layers.add(layer(part.part()));
                }
            }
            return layers;
        }

        private static String layer(Check.Part part) {
            return switch (part) {
                case DATA_INTACT -> "database";
                case INTEGRATIONS_WORKING -> "cdn";
                default -> "cloud";
            };
        }
    }

    private static boolean inTrouble(Message message) {
        return message.state().equals("FAILED")
                || message.waits() && (message.late() || message.attempts() > 1 && message.lastError() != null);
    }

    /** What did not arrive, or not in time. */
    public List<Message> undelivered() {
        return messages.stream().filter(NotificationsView::inTrouble).toList();
    }

    public long delivered() {
        return messages.stream()
                .filter(each -> each.state().equals("DELIVERED"))
                .count();
    }

    public List<ChannelHealth> failing() {
        return channels.stream()
                .filter(each -> each.state() == ChannelState.FAILING)
                .toList();
    }

    /** Channels for people that nobody set up, as words. */
    public List<String> notSetUp() {
        return channels.stream()
                .filter(each -> each.state() == ChannelState.NOT_SET_UP)
                .map(each -> each.channel().name())
                .toList();
    }
}

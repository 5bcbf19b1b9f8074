package dev.sternway.notification;

import dev.sternway.evidence.LedgerOutbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Calls the next level of the contact tree (S2-30) when a message did not arrive by its deadline and nobody of its level
 * was reached otherwise; executives only when the incident is critical.
 */
@Component
class DeadlineWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineWatch.class);
    private static final int AT_ONCE = 100;

    private final Outbox outbox;
    private final Notices notices;
    private final Channels channels;
    private final Contacts contacts;
    private final LedgerOutbox ledger;

    private final TransactionTemplate transaction;

    DeadlineWatch(
            Outbox outbox,
            Notices notices,
            Channels channels,
            Contacts contacts,
            LedgerOutbox ledger,
            TransactionTemplate transaction) {
        this.outbox = outbox;
        this.notices = notices;
        this.channels = channels;
        this.contacts = contacts;
        this.ledger = ledger;
        this.transaction = transaction;
    }

    /** Looks for messages that are late, once each; one that cannot be passed on holds up no other. */
    public void look() {
        for (long id : outbox.late(AT_ONCE)) {
            try {
                transaction.executeWithoutResult(status -> outbox.takeLate(id).ifPresent(this::passOn));
            } catch (RuntimeException e) {
                LOG.warn("late message {} is not passed on, trying again: {}", id, e.toString());
            }
        }
    }

    private void passOn(Outbox.Item item) {
        String error = outbox.lastError(item.id());
        String told = escalate(item, error);
        outbox.escalated(item.id(), told);
        ledger.append(Proof.late(item, error, told));
    }

    private String escalate(Outbox.Item item, String error) {
        int tier = tier(item);
        List<Audience> same = new ArrayList<>(tier < 0 ? List.of() : Audience.TREE.get(tier));
        same.add(item.audience());
        if (outbox.isReached(item.noticeId(), same)) {
            return "reached over another channel";
        }
        // A task is a matter of its own; a dead channel is one matter however many messages wait for it.
        String origin = item.occasion() == Occasion.UNDELIVERED
                ? item.facts().getOrDefault("origin", "")
                : item.occasion().asks()
                        ? item.occasion().word() + "/" + item.subject()
                        : item.channel().name();
        for (int next = tier + 1; next < Audience.TREE.size(); next++) {
            List<Audience> level = Audience.TREE.get(next);
            if (level.contains(Audience.EXECUTIVE)
                    && !outbox.severity(item.incidentId()).orElse("").equals("CRITICAL")) {
                return "nobody is left to tell, executives are for critical incidents: phone somebody";
            }
            if (Routes.of(Occasion.UNDELIVERED, Map.of("tier", Integer.toString(next))).stream()
                    .anyMatch(route -> isOpen(route, item))) {
                notices.tell(
                        item.incidentId(), Occasion.UNDELIVERED, origin + "/" + next, facts(item, error, origin, next));
                return "next are " + names(level);
            }
        }
        return "nobody is left to tell: phone somebody";
    }

    private boolean isOpen(Route route, Outbox.Item item) {
        return channels.serves(route.channel(), item.systemId())
                && (route.audience() != Audience.PROGRAMS)
                && switch (route.channel()) {
                    case MAIL -> !contacts.mails(route.audience(), Map.of()).isEmpty();
                    case WEBHOOK -> false;
                    default -> true;
                };
    }

    /** The level of the contact tree that the message was for; -1 when it was for others. */
    private static int tier(Outbox.Item item) {
        if (item.occasion() == Occasion.UNDELIVERED) {
            return Integer.parseInt(item.facts().getOrDefault("tier", "-1"));
        }
        boolean asksOnCall = item.audience() == Audience.ASKED
                && List.of(item.facts().getOrDefault("groups", "").split(",")).contains(Audience.ON_CALL.role());
        if (asksOnCall) {
            return 0;
        }
        for (int tier = 0; tier < Audience.TREE.size(); tier++) {
            if (item.audience() != Audience.ENGINEERING
                    && Audience.TREE.get(tier).contains(item.audience())) {
                return tier;
            }
        }
        return -1;
    }

    private static Map<String, String> facts(Outbox.Item item, String error, String origin, int tier) {
        Map<String, String> facts = new java.util.HashMap<>(item.facts());
        facts.put("tier", Integer.toString(tier));
        facts.put("origin", origin);
        facts.putIfAbsent("undelivered", item.occasion().word());
        facts.putIfAbsent("channel", item.channel().name());
        facts.putIfAbsent("meantFor", item.audience().role());
        facts.put("why", error);
        return facts;
    }

    private static String names(List<Audience> level) {
        return level.stream().map(Audience::role).collect(Collectors.joining(" and "));
    }
}

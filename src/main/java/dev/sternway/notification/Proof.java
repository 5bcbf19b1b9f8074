package dev.sternway.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.port.MessageChannel.Receipt;

/** What the ledger keeps of a message: that it arrived, or why not, and who was told instead. */
final class Proof {
    private Proof() {}

    static Entry delivered(Outbox.Item item, Receipt receipt) {
        return entry(item, "delivered as '" + receipt.id() + "'", Evidence.Outcome.PROVED)
                .with(details(item).put("deliveryId", receipt.id()).put("response", receipt.response()));
    }

    static Entry failed(Outbox.Item item, String error) {
        return entry(item, "never delivered: " + error, Evidence.Outcome.FAILED).with(details(item));
    }

    static Entry overtaken(Outbox.Item item) {
        return entry(item, "not sent: it was over before it could be told", Evidence.Outcome.NOTED)
                .with(details(item));
    }

    static Entry late(Outbox.Item item, String error, String told) {
        return entry(item, "not delivered by then: " + error + "; " + told, Evidence.Outcome.NOT_MET)
                .with(details(item).put("told", told));
    }

    private static Entry entry(Outbox.Item item, String seen, Evidence.Outcome outcome) {
        return Entry.fact(
                        item.incidentId(),
                        Evidence.Kind.NOTIFICATION,
                        "notify",
                        item.occasion().word() + " told to " + item.audience().role() + " by " + item.dueAt(),
                        seen,
                        outcome)
                .of(item.systemId(), null, null)
                .on(item.channel().name());
    }

    private static ObjectNode details(Outbox.Item item) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("message", item.id())
                .put("occasion", item.occasion().name())
                .put("subject", item.subject())
                .put("channel", item.channel().name())
                .put("audience", item.audience().name())
                .put("act", item.act().name())
                .put("attempts", item.attempts())
                .put("toldAt", item.toldAt().toString())
                .put("dueAt", item.dueAt().toString());
    }
}

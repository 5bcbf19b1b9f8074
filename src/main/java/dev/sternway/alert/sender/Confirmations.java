package dev.sternway.alert.sender;

import dev.sternway.alert.Subscriptions;
import dev.sternway.port.AmazonSns;
import java.net.URI;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Confirms a topic's subscription when a person says so. */
@Component
public class Confirmations {
    private static final Logger LOG = LoggerFactory.getLogger(Confirmations.class);

    private final Subscriptions subscriptions;
    private final SenderSettings settings;
    private final ObjectProvider<AmazonSns> sns;

    Confirmations(Subscriptions subscriptions, SenderSettings settings, ObjectProvider<AmazonSns> sns) {
        this.subscriptions = subscriptions;
        this.settings = settings;
        this.sns = sns;
    }

    /**
     * Confirms; once more is harmless.
     *
     * @param person who says so
     * @return empty when there is none of the id whose topic may still send here
     * @throws dev.sternway.port.OutsideException when SNS does not take it
     */
    public Optional<Subscriptions.Subscription> confirm(long id, String person) {
        Optional<Subscriptions.Subscription> asked = subscriptions
                .find(id)
                .filter(each -> settings.senders().values().stream()
                        .anyMatch(sender -> sender.topics().contains(each.topic())));
        asked.filter(each -> each.confirmedAt() == null).ifPresent(each -> {
            URI address = URI.create(subscriptions.address(id));
            if (!SnsAddress.isOf(each.topic(), address)) {
                throw new IllegalStateException("subscription " + id + " is to be confirmed at '" + address.getHost()
                        + "', which is not SNS in the topic's region");
            }
            sns.getObject().confirm(address);
            subscriptions.confirmed(id, person);
            LOG.info("'{}' confirmed that topic {} sends alerts here", person, each.topic());
        });
        return asked.flatMap(each -> subscriptions.find(id));
    }
}

package dev.sternway.process;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When what follows a loss of data is due.
 *
 * @param notifyUsersWithin telling the affected users; default 1 h (S2-26)
 * @param reviewWithin looking through the lost transactions; default 24 h
 * @param decideRecoveryWithin deciding on recovery by hand; default 24 h
 * @param salvageWithin choosing and approving rows to bring back; default 24 h
 */
@ConfigurationProperties("sternway.loss")
record LossTimes(
        @DefaultValue("1h") Duration notifyUsersWithin,
        @DefaultValue("24h") Duration reviewWithin,
        @DefaultValue("24h") Duration decideRecoveryWithin,
        @DefaultValue("24h") Duration salvageWithin) {}

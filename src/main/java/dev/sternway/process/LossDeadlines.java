package dev.sternway.process;

import java.time.Duration;
import java.util.Date;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Due dates of what follows a loss of data. Public, because expressions of the models call public methods only. */
@Component("lossDeadlines")
@EnableConfigurationProperties(LossTimes.class)
public class LossDeadlines {
    private final LossTimes times;

    LossDeadlines(LossTimes times) {
        this.times = times;
    }

    public Date notifyUsers() {
        return in(times.notifyUsersWithin());
    }

    public Date review() {
        return in(times.reviewWithin());
    }

    public Date decideRecovery() {
        return in(times.decideRecoveryWithin());
    }

    public Date salvage() {
        return in(times.salvageWithin());
    }

    private static Date in(Duration time) {
        return Date.from(Variable.now().plus(time));
    }
}

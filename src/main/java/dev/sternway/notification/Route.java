package dev.sternway.notification;

import dev.sternway.port.Letter.Act;
import dev.sternway.port.MessageChannel.Kind;

/**
 * One way of an occasion to somebody.
 *
 * @param onlyAfter only when this audience was told something over this channel before
 */
record Route(Kind channel, Audience audience, Deadline deadline, Act act, boolean onlyAfter) {

    static Route tell(Kind channel, Audience audience, Deadline deadline) {
        return new Route(channel, audience, deadline, Act.TELL, false);
    }

    static Route mail(Audience audience, Deadline deadline) {
        return tell(Kind.MAIL, audience, deadline);
    }

    Route by(Act doing) {
        return new Route(channel, audience, deadline, doing, onlyAfter);
    }

    Route ifToldBefore() {
        return new Route(channel, audience, deadline, act, true);
    }

    /** What is sent in order: all of a channel, but mails to each audience by themselves. */
    String lane() {
        return channel == Kind.MAIL ? "MAIL/" + audience : channel.name();
    }
}

package dev.sternway.notification;

import dev.sternway.port.Letter.Act;
import dev.sternway.port.MessageChannel.Kind;

/** One way of an occasion to somebody. */
record Route(Kind channel, Audience audience, Deadline deadline, Act act, When when) {

    /** Whether it depends on what this audience was told over this channel before. */
    enum When {
        ALWAYS,
        /** Only as a further word: who heard of no beginning hears of no end. */
        TOLD_BEFORE,
        /** Only as the first word. */
        UNTOLD
    }

    static Route tell(Kind channel, Audience audience, Deadline deadline) {
        return new Route(channel, audience, deadline, Act.TELL, When.ALWAYS);
    }

    static Route mail(Audience audience, Deadline deadline) {
        return tell(Kind.MAIL, audience, deadline);
    }

    Route by(Act doing) {
        return new Route(channel, audience, deadline, doing, when);
    }

    Route ifToldBefore() {
        return new Route(channel, audience, deadline, act, When.TOLD_BEFORE);
    }

    Route ifUntold() {
        return new Route(channel, audience, deadline, act, When.UNTOLD);
    }

    /** What is sent in order: all of a channel, but mails to each audience by themselves. */
    String lane() {
        return channel == Kind.MAIL ? "MAIL/" + audience : channel.name();
    }
}

package dev.sternway.port;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One message on its way to one channel; the same at each try.
 *
 * @param id the same at every try, so that a receiver can tell a repeat
 * @param systemId the managed system, or null
 * @param occasion what happened, e.g. {@code decision-made}
 * @param act what the channel is to do
 * @param dedup what a trigger and its resolve share
 * @param severity CRITICAL, MAJOR, MINOR, or null when nothing was decided
 * @param subject one line
 * @param text for people, several lines
 * @param headline the incident and where it stands, in one line
 * @param link the incident's page
 * @param to who is meant, where the channel asks for addresses
 * @param thread the channel's own id of the first message about this, or null when this is the first
 * @param repeated true when an earlier try may have arrived
 * @param facts what is told, for programs
 */
public record Letter(
        String id,
        String incidentId,
        String systemId,
        String occasion,
        Act act,
        String dedup,
        String severity,
        String subject,
        String text,
        String headline,
        String link,
        List<Recipient> to,
        String thread,
        boolean repeated,
        Map<String, String> facts,
        Instant toldAt) {

    /** What a channel does with a letter. */
    public enum Act {
        /** Tell people. */
        TELL,
        /** Call somebody, until a RESOLVE with the same dedup. */
        TRIGGER,
        /** End what a TRIGGER began. */
        RESOLVE,
        /** On a status page: the cause is known, it is being mended. */
        IDENTIFIED,
        /** On a status page: mended, being watched. */
        MONITORING,
        /** On a status page: everything is operational. */
        RESOLVED,
        /** Switch the system's maintenance mode on. */
        ON,
        /** Switch it off. */
        OFF
    }

    /** A person, or a group of them behind one address. */
    public record Recipient(String name, String mail) {}
}

package dev.sternway.adapter.http;

import dev.sternway.port.NotDelivered;
import dev.sternway.port.OutsideException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Sends messages to services whose addresses and keys may be secret: neither is ever in what it says. */
@Component
public class Posts {
    private static final int EXCERPT = 300;
    /** What the receiver says of the message itself; it will say the same again. */
    private static final Set<Integer> FOR_GOOD = Set.of(400, 405, 413, 415, 422);

    private final HttpCalls calls;

    Posts(HttpCalls calls) {
        this.calls = calls;
    }

    /**
     * A request.
     *
     * @param receiver what it is called in messages, {@code Slack} for example
     * @param secrets what must not appear in anything that is said
     */
    public record Request(
            String receiver,
            String method,
            URI address,
            Map<String, String> headers,
            String body,
            List<String> secrets) {

        public static Request json(String receiver, URI address, String body, List<String> secrets) {
            return new Request(receiver, "POST", address, Map.of(), body, secrets);
        }

        public Request method(String other) {
            return new Request(receiver, other, address, headers, body, secrets);
        }

        public Request header(String name, String value) {
            Map<String, String> more = new HashMap<>(headers);
            more.put(name, value);
            return new Request(receiver, method, address, more, body, secrets);
        }
    }

    /** What came back; excerpt is the body, short and without secrets. */
    public record Reply(int status, String body, String excerpt) {}

    /**
     * Sends the request, which must be answered with 2xx.
     *
     * @throws NotDelivered when it was not
     */
    public Reply send(Request request) {
        HttpResponse<String> response = exchange(request);
        Reply reply = reply(request, response);
        if (reply.status() >= 200 && reply.status() < 300) {
            return reply;
        }
        throw refused(request.receiver(), reply, response);
    }

    /**
     * Sends the request, whatever the status of the answer.
     *
     * @throws NotDelivered when nothing answered
     */
    public Reply ask(Request request) {
        return reply(request, exchange(request));
    }

    private HttpResponse<String> exchange(Request request) {
        Map<String, String> headers =
                new HashMap<>(Map.of("Accept", "application/json, */*", "User-Agent", "Sternway"));
        if (request.body() != null) {
            headers.put("Content-Type", "application/json; charset=utf-8");
        }
        headers.putAll(request.headers());
        try {
            return calls.send(request.method(), request.address(), headers, request.body(), request.receiver());
        } catch (OutsideException | IllegalArgumentException e) {
            throw NotDelivered.yet(excerpt(e.getMessage(), request.secrets()));
        }
    }

    private static Reply reply(Request request, HttpResponse<String> response) {
        return new Reply(response.statusCode(), response.body(), excerpt(response.body(), request.secrets()));
    }

    private static NotDelivered refused(String receiver, Reply reply, HttpResponse<String> response) {
        String said = "'" + receiver + "' answered " + reply.status()
                + (reply.excerpt().isEmpty() ? "" : ": " + reply.excerpt());
        if (FOR_GOOD.contains(reply.status())) {
            return NotDelivered.forGood(said);
        }
        Duration wait = response.headers()
                .firstValue("Retry-After")
                .map(Posts::retryAfter)
                .orElse(Duration.ZERO);
        return wait.isZero()
                ? NotDelivered.yet(said)
                : NotDelivered.before(wait, said + "; it wants to be asked again after " + wait.toSeconds() + " s");
    }

    /** Seconds or a date, as RFC 9110 has it; anything else says nothing. */
    static Duration retryAfter(String text) {
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip())));
        } catch (NumberFormatException notSeconds) {
            try {
                Instant then = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                Duration wait = Duration.between(Instant.now(), then);
                return wait.isNegative() ? Duration.ZERO : wait;
            } catch (DateTimeParseException neither) {
                return Duration.ZERO;
            }
        }
    }

    /** The text without secrets, as they are or as they travel, without line breaks, and short. */
    public static String excerpt(String text, List<String> secrets) {
        if (text == null) {
            return "";
        }
        String clean = text;
        for (String secret : secrets) {
            if (!secret.isBlank()) {
                clean = clean.replace(secret, "***")
                        .replace(Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8)), "***");
            }
        }
        clean = clean.replaceAll("[\\p{Cc}\\p{Cf}\\s]+", " ").strip();
        return clean.length() <= EXCERPT ? clean : clean.substring(0, EXCERPT) + "…";
    }

    /** An address that is a secret, and the parts of it that a receiver may repeat. */
    public static List<String> secretParts(URI address) {
        return address.getRawPath() == null || address.getRawPath().length() < 2
                ? List.of(address.toString())
                : List.of(address.toString(), address.getRawPath());
    }
}

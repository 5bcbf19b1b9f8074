package dev.sternway.alert.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.database.TestDatabase;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureWebMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.MockMvc;

/** Whoever may send alerts may still be mistaken or taken over: broken, huge and hostile JSON is refused at once. */
@SpringBootTest(classes = AlertSlice.class)
@AutoConfigureMockMvc(addFilters = false)
@AutoConfigureWebMvc
class HostileJsonTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final String TOKEN = "a-token-of-the-test";
    private static final Duration AT_ONCE = Duration.ofMillis(100);
    private static final int TRIES = 10;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Autowired
    MockMvc http;

    @Autowired
    JdbcClient database;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path token = Files.writeString(Files.createTempFile("alerts", ".token"), TOKEN + "\n");
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        for (String format : List.of("alertmanager", "grafana", "pagerduty", "datadog", "cloudevents", "generic")) {
            registry.add("sternway.alerts.senders." + format + ".bearer", () -> "file:" + token);
        }
    }

    static Stream<Arguments> corpus() {
        String good = Product.file("alertmanager");
        String generic = Product.file("generic");
        String alert = "{\"status\": \"firing\", \"fingerprint\": \"f\", \"startsAt\": \"2026-11-20T03:12:45Z\"}";
        return Stream.of(
                bad("nothing", ""),
                bad("only blanks", "   \n  "),
                bad("null", "null"),
                bad("a text", "\"alerts\""),
                bad("a list", "[]"),
                bad("no JSON", "...---..."),
                bad("XML", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"),
                bad("cut off", good.substring(0, 400)),
                bad("one character too many", good.strip() + "}"),
                bad("two messages", good + good),
                bad("a comment", good.replaceFirst("\\{", "{ /* hello */ ")),
                bad("single quotes", good.replace('"', '\'')),
                bad("a name twice", good.replaceFirst("\\{", "{\"version\": \"4\", ")),
                bad("a label twice", good.replace("\"instance\"", "\"system\"")),
                bad("NaN", good.replace("\"truncatedAlerts\": 0", "\"truncatedAlerts\": NaN")),
                bad("Infinity", good.replace("\"truncatedAlerts\": 0", "\"truncatedAlerts\": -Infinity")),
                bad("leading zeros", good.replace("\"truncatedAlerts\": 0", "\"truncatedAlerts\": 007")),
                bad(
                        "a number of 10,000 digits",
                        good.replace("\"truncatedAlerts\": 0", "\"x\": " + "9".repeat(10_000))),
                bad("a control character", good.replace("requests fail", "requests\u0001fail")),
                bad("a raw NUL", good.replace("requests fail", "requests\u0000fail")),
                bad("NUL by an escape", good.replace("requests fail", "requests\\u0000fail")),
                bad("NUL in a name", good.replace("\"service\"", "\"ser\\u0000vice\"")),
                bad("half a surrogate pair", good.replace("requests fail", "requests \\ud83d fail")),
                bad("a surrogate pair turned round", good.replace("requests fail", "\\ude00\\ud83d")),
                bad("an escape that is none", good.replace("requests fail", "\\x41")),
                bad("10,000 levels of lists", "[".repeat(10_000)),
                bad("100,000 levels of objects", "{\"a\":".repeat(100_000)),
                bad(
                        "deep where nobody looks",
                        good.replaceFirst("\\{", "{\"x\": " + "[".repeat(25) + "]".repeat(25) + ",")),
                bad("a text of 200,000 characters", good.replace("requests fail", "x".repeat(200_000))),
                bad("a name of 60,000 characters", good.replace("\"service\"", "\"" + "x".repeat(60_000) + "\"")),
                bad("8 MB of numbers", "{\"alerts\": [" + "1,".repeat(4_000_000) + "1]}"),
                bad("8 MB of blanks", " ".repeat(8_000_000)),
                bad(
                        "10,001 alerts",
                        "{\"version\": \"4\", \"alerts\": [" + String.join(",", Collections.nCopies(10_001, alert))
                                + "]}"),
                bad(
                        "300 labels",
                        good.replace(
                                "\"service\"",
                                IntStream.range(0, 300)
                                                .mapToObj(i -> "\"l" + i + "\": \"\"")
                                                .collect(Collectors.joining(","))
                                        + ",\"service\"")),
                bad("30,000 names with one hash code", colliding(good)),
                bad("a time that is none", good.replace("2026-11-20T03:12:45.123Z", "2026-13-20T03:12:45Z")),
                bad(
                        "a time at the end of all days",
                        good.replace("2026-11-20T03:12:45.123Z", "+999999999-12-31T23:59:59Z")),
                bad("a label that is an object", good.replace("\"critical\"", "{\"a\": 1}")),
                arguments("a byte order mark", 400, "alertmanager", ("\uFEFF" + good).getBytes(StandardCharsets.UTF_8)),
                arguments("UTF-16", 400, "alertmanager", good.getBytes(StandardCharsets.UTF_16)),
                arguments("UTF-32", 400, "alertmanager", good.getBytes(java.nio.charset.Charset.forName("UTF-32BE"))),
                arguments(
                        "Latin-1",
                        400,
                        "alertmanager",
                        good.replace("shop", "Läden").getBytes(StandardCharsets.ISO_8859_1)),
                arguments("an overlong NUL", 400, "alertmanager", bytes(good, 0xC0, 0x80)),
                arguments("a surrogate in UTF-8", 400, "alertmanager", bytes(good, 0xED, 0xA0, 0x80)),
                arguments("half a character", 400, "alertmanager", bytes(good, 0xE2, 0x82)),
                arguments("more than 8 MB", 413, "alertmanager", new byte[8 * 1024 * 1024 + 1]),
                arguments("more than 8 MB of Grafana", 413, "grafana", new byte[8 * 1024 * 1024 + 1]),
                arguments("more than 256 KB of PagerDuty", 413, "pagerduty", new byte[256 * 1024 + 1]),
                arguments("more than 256 KB of Datadog", 413, "datadog", new byte[256 * 1024 + 1]),
                arguments("more than 256 KB of an event", 413, "cloudevents", new byte[256 * 1024 + 1]),
                arguments("more than 64 KB of our own", 413, "generic", new byte[64 * 1024 + 1]),
                of(
                        "generic",
                        "5,000 unknown keys",
                        generic.replaceFirst(
                                "\\{",
                                "{"
                                        + IntStream.range(0, 5_000)
                                                .mapToObj(i -> "\"k" + i + "\":1,")
                                                .collect(Collectors.joining()))),
                of("generic", "a figure that is a text", generic.replace("7.5", "\"7.5\"")),
                of("generic", "a figure without end", generic.replace("7.5", "1e400")),
                of("pagerduty", "no event", "{}"),
                of("pagerduty", "an event that is a text", "{\"event\": \"incident.triggered\"}"),
                of("pagerduty", "an event without data", "{\"event\": {\"event_type\": \"incident.triggered\"}}"),
                of(
                        "datadog",
                        "variables that nobody filled",
                        "{\"alert_transition\": \"Triggered\","
                                + " \"alert_cycle_key\": \"$ALERT_CYCLE_KEY\", \"title\": \"t\", \"date\": \"1795143165000\"}"),
                of(
                        "cloudevents",
                        "another version",
                        "{\"specversion\": \"0.3\", \"id\": \"1\", \"source\": \"s\"," + " \"type\": \"t.failed\"}"));
    }

    private static Arguments bad(String what, String body) {
        return of("alertmanager", what, body);
    }

    private static Arguments of(String format, String what, String body) {
        return arguments(what, 400, format, body.getBytes(StandardCharsets.UTF_8));
    }

    private static Arguments arguments(String what, int status, String format, byte[] body) {
        return Arguments.of(what, status, format, body);
    }

    private static byte[] bytes(String good, int... hostile) {
        byte[] body = good.getBytes(StandardCharsets.UTF_8);
        int at = good.indexOf("requests fail");
        for (int i = 0; i < hostile.length; i++) {
            body[at + i] = (byte) hostile[i];
        }
        return body;
    }

    /** "Aa" and "BB" have the same hash code, and so has whatever is put together of them. */
    private static String colliding(String good) {
        String names = IntStream.range(0, 30_000)
                .mapToObj(i -> "\""
                        + IntStream.range(0, 15)
                                .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                                .collect(Collectors.joining())
                        + "\": \"\"")
                .collect(Collectors.joining(","));
        return good.replace("\"service\"", names + ",\"service\"");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void isRefusedAtOnceAndNothingIsKept(String what, int status, String format, byte[] body) throws Exception {
        long best = Long.MAX_VALUE;
        MockHttpServletResponse answer = null;
        for (int i = 0; i < TRIES && best > AT_ONCE.toNanos() || answer == null; i++) {
            // What else the machine does is not our time.
            long begin = THREADS.getCurrentThreadCpuTime();
            answer = http.perform(context -> request(context, format, body))
                    .andReturn()
                    .getResponse();
            best = Math.min(best, THREADS.getCurrentThreadCpuTime() - begin);
        }

        assertThat(answer.getStatus()).as(answer.getContentAsString()).isEqualTo(status);
        assertThat(answer.getContentAsString()).contains("\"hint\"").hasSizeLessThan(2_000);
        assertThat(Duration.ofNanos(best)).isLessThan(AT_ONCE);
        assertThat(database.sql("select count(*) from alert").query(Long.class).single())
                .isZero();
    }

    /** A request whose body is read as fast as a server's; the usual one of a test gives it byte by byte. */
    private static MockHttpServletRequest request(ServletContext context, String format, byte[] body) {
        MockHttpServletRequest request = new MockHttpServletRequest(context, "POST", "/alerts/" + format) {
            @Override
            public ServletInputStream getInputStream() {
                return new DelegatingServletInputStream(new ByteArrayInputStream(body)) {
                    @Override
                    public int read(byte[] into, int from, int most) throws IOException {
                        return getSourceStream().read(into, from, most);
                    }
                };
            }
        };
        request.addHeader("Authorization", "Bearer " + TOKEN);
        request.setContentType("application/json");
        request.setContent(body);
        return request;
    }
}

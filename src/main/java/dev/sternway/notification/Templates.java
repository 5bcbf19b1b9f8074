package dev.sternway.notification;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import org.thymeleaf.context.Context;
import org.thymeleaf.exceptions.TemplateEngineException;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.StringTemplateResolver;

/**
 * The texts of messages: Thymeleaf's text templates, the first line is {@code Subject: …}. A file of the same name in
 * {@code notifications/} of the configuration directory replaces a built-in one; when it is broken, the built-in one is
 * used and the mistake is shown.
 */
@Component
class Templates {
    private static final String SUBJECT = "Subject:";

    /** A message's first line and the rest. */
    record Rendered(String subject, String text) {}

    private final Path own;
    private final SpringTemplateEngine engine = new SpringTemplateEngine();
    private final Map<String, String> broken = new ConcurrentHashMap<>();

    Templates(ContactSettings settings) {
        own = Path.of(settings.configDirectory()).resolve("notifications");
        StringTemplateResolver resolver = new StringTemplateResolver();
        resolver.setTemplateMode(TemplateMode.TEXT);
        resolver.setCacheable(false);
        engine.setTemplateResolver(resolver);
    }

    /** The text of an occasion, for insiders or for customers and the status page. */
    Rendered render(Occasion occasion, boolean outside, Map<String, Object> values) {
        String name = occasion.word() + (outside && exists(occasion.word() + ".public.txt") ? ".public.txt" : ".txt");
        Path file = own.resolve(name);
        if (Files.isRegularFile(file)) {
            try {
                Rendered rendered = render(Files.readString(file), values);
                broken.remove(name);
                return rendered;
            } catch (IOException | TemplateEngineException | IllegalArgumentException e) {
                broken.put(name, reason(e));
            }
        } else {
            broken.remove(name);
        }
        return render(builtIn(name), values);
    }

    /** Mistakes in the user's own texts, each beginning with the file; looked for with made-up values. */
    List<String> mistakes() {
        for (Occasion occasion : Occasion.values()) {
            render(occasion, false, sample());
            render(occasion, true, sample());
        }
        List<String> all = new ArrayList<>();
        broken.forEach(
                (name, reason) -> all.add("notifications/" + name + ": the built-in text is used instead: " + reason));
        all.sort(null);
        return all;
    }

    private Rendered render(String template, Map<String, Object> values) {
        String text =
                engine.process(template, new Context(Locale.ENGLISH, values)).strip();
        int end = text.indexOf('\n');
        String first = end < 0 ? text : text.substring(0, end);
        if (!first.startsWith(SUBJECT) || first.strip().length() == SUBJECT.length()) {
            throw new IllegalArgumentException("the first line must be 'Subject: …'");
        }
        String rest = end < 0 ? "" : text.substring(end).strip().replaceAll("\n{3,}", "\n\n");
        return new Rendered(first.substring(SUBJECT.length()).strip(), rest);
    }

    private static boolean exists(String name) {
        return Templates.class.getResource("/notifications/" + name) != null;
    }

    private static String builtIn(String name) {
        try (InputStream in = Templates.class.getResourceAsStream("/notifications/" + name)) {
            if (in == null) {
                throw new IllegalStateException("there is no text '" + name + "'");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> sample() {
        return Map.ofEntries(
                Map.entry("incident", "INC-2026-0001"),
                Map.entry("system", "sample"),
                Map.entry("title", "a title"),
                Map.entry("severity", "CRITICAL"),
                Map.entry("link", "http://127.0.0.1/"),
                Map.entry("facts", Map.of("action", "ROLL_BACK", "level", "1", "tier", "0")));
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return e.getMessage() == null || cause == e ? text : at(e) + text;
    }

    private static String at(Throwable e) {
        java.util.regex.Matcher line =
                java.util.regex.Pattern.compile("line (\\d+), col (\\d+)").matcher(e.getMessage());
        return line.find() ? "line " + line.group(1) + ": " : "";
    }
}

package dev.sternway.alert;

import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** The bearer tokens that monitoring systems sign in with, one for each format. */
@Component
@EnableConfigurationProperties(AlertTokens.Settings.class)
public class AlertTokens {

    /**
     * @param tokens per format a reference to its token, {@code file:PATH} or {@code env:NAME}; a format without one
     *     is closed; none by default
     */
    @ConfigurationProperties("sternway.alerts")
    record Settings(Map<String, String> tokens) {
        Settings {
            tokens = tokens == null ? Map.of() : tokens;
        }
    }

    private final Settings settings;
    private final Secrets secrets = new Secrets(Path.of(""));

    AlertTokens(Settings settings) {
        this.settings = settings;
    }

    /** True when the header is {@code Bearer} and the format's token; compared in constant time. */
    public boolean opens(String format, String authorization) {
        String reference = settings.tokens().get(format);
        if (reference == null || authorization == null || !authorization.startsWith("Bearer ")) {
            return false;
        }
        byte[] wanted = secrets.resolve(new SecretReference(reference)).getBytes(StandardCharsets.UTF_8);
        byte[] given = authorization.substring("Bearer ".length()).trim().getBytes(StandardCharsets.UTF_8);
        return wanted.length > 0 && MessageDigest.isEqual(wanted, given);
    }
}

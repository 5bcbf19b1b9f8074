package dev.sternway.catalogue;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.Duration;
import org.springframework.boot.convert.DurationStyle;

/** Durations as the catalogue writes them: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h} or {@code PT10S}. */
final class Durations {
    private Durations() {}

    static Duration parse(String text) {
        return DurationStyle.detectAndParse(text);
    }

    static SimpleModule module() {
        return new SimpleModule().addDeserializer(Duration.class, new Deserializer());
    }

    private static final class Deserializer extends StdDeserializer<Duration> {
        private static final long serialVersionUID = 1L;

        Deserializer() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return parse(parser.getText());
        }
    }
}

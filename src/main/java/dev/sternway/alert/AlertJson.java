package dev.sternway.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

/** An alert as the database keeps it. */
final class AlertJson {
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private AlertJson() {}

    static String write(Alert alert) {
        try {
            // PostgreSQL's jsonb takes no NUL.
            return JSON.writeValueAsString(alert).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("alert cannot be written as JSON", e);
        }
    }

    static Alert read(String text) {
        try {
            return JSON.readValue(text, Alert.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored alert cannot be read", e);
        }
    }
}

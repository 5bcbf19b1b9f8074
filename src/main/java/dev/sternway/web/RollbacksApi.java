package dev.sternway.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.plan.RestorePoint;
import dev.sternway.plan.RestorePoints;
import dev.sternway.plan.RollbackRequest;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.Rollbacks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Rollbacks that people and pipelines ask for; other people approve them in Tasklist. */
@RestController
@RequestMapping("/api")
class RollbacksApi {
    private static final String KEY = "Idempotency-Key";
    private static final String KEY_FORM = "[\\x21-\\x7e]{1,200}";
    private static final int MOST_POINTS = 50;

    private final Rollbacks rollbacks;
    private final RestorePoints points;
    private final Catalogue catalogue;

    RollbacksApi(Rollbacks rollbacks, RestorePoints points, Catalogue catalogue) {
        this.rollbacks = rollbacks;
        this.points = points;
        this.catalogue = catalogue;
    }

    /**
     * Begins what is asked for: 202, and 200 for a retry with the same key.
     *
     * @param body an object with the fields of {@link RollbackRequest}; {@code systems} is a list or one text
     * @param key a retry with the same key begins nothing more
     */
    @PostMapping("/rollbacks")
    ResponseEntity<Rollbacks.Started> request(
            @RequestBody JsonNode body, @RequestHeader(name = KEY, required = false) String key, Authentication who) {
        if (key != null && !key.matches(KEY_FORM)) {
            throw new Refusal(
                    ErrorCode.REQUEST_INVALID,
                    "header '" + KEY + "' must be 1 to 200 visible characters",
                    "use the number of the CI run for example.");
        }
        Rollbacks.Started started = rollbacks.request(RollbackRequest.of(fields(body)), who.getName(), key);
        return ResponseEntity.status(started.repeated() ? HttpStatus.OK : HttpStatus.ACCEPTED)
                .body(started);
    }

    /** What the system can go back to, newest first. */
    @GetMapping("/systems/{system}/restore-points")
    List<RestorePoint> restorePoints(
            @PathVariable String system, @RequestParam(defaultValue = "" + RestorePoints.OFFERED) int limit) {
        if (limit < 1 || limit > MOST_POINTS) {
            throw new Refusal(
                    ErrorCode.REQUEST_INVALID,
                    "parameter 'limit' is " + limit,
                    "ask for 1 to " + MOST_POINTS + " restore points.");
        }
        return points.last(catalogue.find(system), limit);
    }

    private static Map<String, String> fields(JsonNode body) {
        if (!body.isObject()) {
            throw new Refusal(
                    ErrorCode.REQUEST_INVALID,
                    "the body is not a JSON object",
                    "send the fields " + RollbackRequest.FIELDS + ".");
        }
        Map<String, String> fields = new LinkedHashMap<>();
        body.properties().forEach(field -> fields.put(field.getKey(), text(field.getKey(), field.getValue())));
        return fields;
    }

    private static String text(String name, JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isTextual() || value.isIntegralNumber()) {
            return value.asText();
        }
        boolean texts = value.isArray()
                && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isTextual);
        if (name.equals("systems") && texts) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(","));
        }
        throw new Refusal(
                ErrorCode.REQUEST_INVALID,
                "field '" + name + "' is neither a text nor a number",
                "send the fields as docs/operations.md shows them.");
    }
}

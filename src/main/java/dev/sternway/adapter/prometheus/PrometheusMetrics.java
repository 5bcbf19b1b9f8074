package dev.sternway.adapter.prometheus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.adapter.http.HttpCalls;
import dev.sternway.port.HttpProbes.Answer;
import dev.sternway.port.Metrics;
import dev.sternway.port.OutsideException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import org.springframework.stereotype.Component;

/** Figures by Prometheus' instant query. */
@Component
class PrometheusMetrics implements Metrics {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpCalls calls;

    PrometheusMetrics(HttpCalls calls) {
        this.calls = calls;
    }

    @Override
    public OptionalDouble query(URI prometheus, String promql) {
        URI address = URI.create(prometheus.toString().replaceFirst("/$", "") + "/api/v1/query");
        String form = "query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8);
        Answer answer = calls.send("POST", address, form, "application/x-www-form-urlencoded");
        JsonNode tree = parse(address, answer);
        if (!tree.path("status").asText().equals("success")) {
            throw new OutsideException("Prometheus at '" + prometheus + "' refused '" + promql + "': "
                    + tree.path("error").asText("status " + answer.status()));
        }
        return figure(tree.path("data"), promql);
    }

    private static JsonNode parse(URI address, Answer answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new OutsideException(
                    "'" + address + "' answered " + answer.status() + " with something that is not JSON", e);
        }
    }

    private static OptionalDouble figure(JsonNode data, String promql) {
        JsonNode result = data.path("result");
        boolean scalar = data.path("resultType").asText().equals("scalar");
        if (!scalar && result.size() > 1) {
            throw new OutsideException(
                    "'" + promql + "' gave " + result.size() + " series, one is wanted: put sum(…) around it");
        }
        JsonNode text = scalar ? result.path(1) : result.path(0).path("value").path(1);
        if (text.isMissingNode() || text.asText().equals("NaN")) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                switch (text.asText()) {
                    case "+Inf" -> Double.POSITIVE_INFINITY;
                    case "-Inf" -> Double.NEGATIVE_INFINITY;
                    default -> Double.parseDouble(text.asText());
                });
    }
}

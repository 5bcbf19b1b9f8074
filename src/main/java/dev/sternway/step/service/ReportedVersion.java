package dev.sternway.step.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.catalogue.Service;
import dev.sternway.port.HttpProbes;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The version that a running service says it is. */
@Component
public class ReportedVersion {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpProbes probes;

    public ReportedVersion(HttpProbes probes) {
        this.probes = probes;
    }

    /** True when the catalogue says where the service reports it. */
    public boolean isReportedBy(Service service) {
        return service.ready() != null && service.ready().version() != null;
    }

    /** Empty when it is not reported, or not in the answer. */
    public Optional<String> of(Service service) {
        if (!isReportedBy(service)) {
            return Optional.empty();
        }
        String body = probes.get(service.ready().http()).body();
        try {
            JsonNode version = JSON.readTree(body).at(service.ready().version());
            return version.isValueNode() ? Optional.of(version.asText()) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}

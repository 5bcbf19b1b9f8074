package dev.sternway.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The SHA-256 that identifies a plan: what is done to what, and what was seen there; never times or estimates. */
final class PlanHash {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private PlanHash() {}

    static String of(
            String incidentId,
            String systemId,
            int level,
            String releaseId,
            String backupId,
            Map<String, String> backupChecksums,
            List<Plan.PlanStep> steps) {
        return of(incidentId, systemId, level, releaseId, backupId, backupChecksums, steps, Map.of());
    }

    /**
     * As above, with what was asked for.
     *
     * @param asked scope, service and targets, as far as they were given: a plan for everything keeps the hash it had
     */
    static String of(
            String incidentId,
            String systemId,
            int level,
            String releaseId,
            String backupId,
            Map<String, String> backupChecksums,
            List<Plan.PlanStep> steps,
            Map<String, String> asked) {
        Map<String, Object> content = new TreeMap<>();
        if (!asked.isEmpty()) {
            content.put("asked", asked);
        }
        content.put("incident", incidentId);
        content.put("system", systemId);
        content.put("level", level);
        content.put("release", releaseId == null ? "" : releaseId);
        content.put("backup", backupId == null ? "" : backupId);
        content.put("checksums", backupChecksums);
        content.put(
                "steps",
                steps.stream()
                        .map(step -> Map.of(
                                "step", step.step(),
                                "target", step.target(),
                                "after", step.after(),
                                "identity", step.identity()))
                        .toList());
        try {
            byte[] bytes = JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a plan cannot be hashed", e);
        }
    }
}

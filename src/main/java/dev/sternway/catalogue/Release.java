package dev.sternway.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;

/**
 * A version that ran and was known good, as recorded before an upgrade.
 *
 * @param id e.g. {@code web-shop@1.4.0#7}, unique
 * @param version the version as people name it
 * @param schemaVersions per store id the schema version the release ran on, absent where unknown
 */
public record Release(
        String id,
        String systemId,
        String version,
        Instant recordedAt,
        Map<String, RecordedService> services,
        Map<String, String> schemaVersions) {

    /**
     * How one service ran.
     *
     * @param imageId the image's id on its host, {@code sha256:…}: tags are never the identity
     * @param imageName the name the image was started by, for people only
     * @param repositoryDigest {@code name@sha256:…} where the image was pulled, or null
     * @param specification what the user had set on the container: its inspect minus its image's own configuration
     */
    public record RecordedService(String imageId, String imageName, String repositoryDigest, JsonNode specification) {}
}

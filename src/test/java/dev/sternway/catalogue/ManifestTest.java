package dev.sternway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signed manifest stays good for as long as its backup is kept, whatever Sternway learns to write later. */
class ManifestTest {
    private static final String ID = "web-shop-20261120-101500-scheduled";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private static BackupSet set(String schemaVersion) {
        Part part = new Part(
                "db",
                ID + "/db.dump",
                12,
                "abc",
                Map.of("public.orders", 3L, "public.customers", 2L),
                schemaVersion,
                "15.18",
                Format.CUSTOM,
                Instant.parse("2026-11-20T10:15:02.345678Z"));
        return new BackupSet(
                ID,
                "web-shop",
                Purpose.SCHEDULED,
                "web-shop@1#1",
                Instant.parse("2026-11-20T10:15:00Z"),
                List.of(part));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ManifestTest.class.getResourceAsStream("/manifests/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Manifest written(String content) {
        Manifest manifest = new Manifest(directory, ID);
        manifest.write(content.getBytes(StandardCharsets.UTF_8));
        return manifest;
    }

    /** Never write that file anew: it stands for those that lie in people's backup directories. */
    @Test
    void believesAManifestOfNovember2026() throws IOException {
        Manifest manifest = written(resource("of-2026-11.json"));
        Optional<String> publicKey = Optional.of(resource("of-2026-11.key").strip());

        assertThatCode(() -> manifest.verify(set(null), key -> publicKey)).doesNotThrowAnyException();
        assertThat(catchThrowableOfType(Refusal.class, () -> manifest.verify(set("7"), key -> publicKey)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.BACKUP_LEDGER_DIFFERS);
    }

    /** As one is that was signed before these fields were there. */
    @Test
    void believesAManifestThatLacksWhatIsNullInTheLedger() throws IOException {
        SigningKey signing = new SigningKey(directory.resolve("key"));
        ObjectNode whole = (ObjectNode) JSON.readTree(resource("of-2026-11.json"));
        ObjectNode described = (ObjectNode) whole.get("backup");
        described.remove("origin");
        ((ObjectNode) described.get("parts").get(0)).remove("schemaVersion");
        described.putNull("dropped");
        byte[] signed =
                new JsonCanonicalizer(described.toString()).getEncodedString().getBytes(StandardCharsets.UTF_8);
        whole.put("key", signing.id());
        whole.put("signature", Base64.getEncoder().encodeToString(signing.sign(signed)));
        Manifest manifest = written(whole.toString());
        Optional<String> publicKey = Optional.of(signing.publicKey());

        assertThatCode(() -> manifest.verify(set(null), key -> publicKey)).doesNotThrowAnyException();
        assertThat(catchThrowableOfType(Refusal.class, () -> manifest.verify(set("7"), key -> publicKey)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.BACKUP_LEDGER_DIFFERS);
    }
}

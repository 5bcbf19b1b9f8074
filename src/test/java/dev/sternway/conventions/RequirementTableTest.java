package dev.sternway.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementTableTest {
    @TempDir
    Path folder;

    @Test
    void listsTestsByTheRequirementsTheyName() throws IOException {
        String id = "S" + "4-16";
        Files.writeString(folder.resolve("OneTest.java"), "@Tag(\"" + id + "\")");
        Files.writeString(folder.resolve("OtherTest.java"), "/** Shows " + id + ". */");
        Files.writeString(folder.resolve("Helper.java"), id);

        assertThat(RequirementTable.of(folder)).hasSize(1).containsEntry(id, Set.of("OneTest", "OtherTest"));
    }
}

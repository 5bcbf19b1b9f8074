package dev.sternway.process;

import dev.sternway.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A test of the real models on a fake world; all such tests share one engine. */
@SpringBootTest(
        classes = {ProcessApplication.class, ProcessWorld.class},
        webEnvironment = WebEnvironment.NONE,
        properties = {
            "camunda.bpm.job-execution.enabled=false",
            "logging.level.root=warn",
            "sternway.contacts[0].role=on-call",
            "sternway.contacts[0].name=Olga Oncall",
            "sternway.contacts[0].mail=olga@shop.example",
            "sternway.contacts[1].role=tech-lead",
            "sternway.contacts[1].name=Tim Lead",
            "sternway.contacts[1].mail=tim@shop.example",
            "logging.level.org.camunda.bpm.engine=off",
            "spring.autoconfigure.exclude="
                    + "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration"
        })
abstract class ProcessTest {
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Autowired
    ProcessWorld world;

    @Autowired
    FakeShop shop;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        String backups = Files.createTempDirectory("sternway-process-test").toString();
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        registry.add("sternway.backup.directory", () -> backups);
        registry.add("sternway.backup.signing-key", () -> backups + "/signing-key");
        registry.add("sternway.backup.adopt-from", () -> backups + "/adopt");
    }

    @BeforeEach
    void theDayBeforeTheUpgrade() {
        world.empty();
        shop.open();
    }

    @AfterEach
    void nothingIsLeft() {
        world.empty();
    }
}

package dev.sternway.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.sternway.database.TestDatabase;
import dev.sternway.process.OwnEngine;
import dev.sternway.process.StagedIncident;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A test with the machine's Chromium on the running pages and webapps; skipped where it is not installed. */
@Tag("browser")
@SpringBootTest(
        classes = StagedIncident.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "camunda.bpm.job-execution.enabled=false",
            "logging.level.root=warn",
            "logging.level.org.camunda.bpm.engine=off",
            "server.shutdown=immediate"
        })
abstract class BrowserTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final int PATIENCE_MS = 60_000;
    private static final String PASSWORD = "Night-Shift-7";
    private static final Map<String, String> PEOPLE =
            Map.of("carla", "incident-commander", "theo", "tech-lead", "olga", "operator");
    private static TestDatabase database;
    private static Playwright playwright;
    private static Browser browser;

    private final List<String> troubles = new ArrayList<>();

    /** What the browser showed and complained of is in the report of a test that failed. */
    @RegisterExtension
    final AfterTestExecutionCallback whatWasSeen = context -> {
        if (context.getExecutionException().isPresent()) {
            for (BrowserContext window : browser.contexts()) {
                for (Page page : window.pages()) {
                    System.out.println(
                            page.url() + " showed:\n" + page.locator("body").innerText());
                }
            }
            troubles.forEach(System.out::println);
        }
    };

    @LocalServerPort
    private int port;

    @Autowired
    StagedIncident staged;

    @Autowired
    private ProcessEngine engine;

    @BeforeEach
    void answersWithItsOwnEngine() {
        OwnEngine.register(engine);
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        if (database == null) {
            database = TestDatabase.create();
        }
        Path data = Files.createTempDirectory("sternway-browser-test");
        Path password = Files.writeString(data.resolve("password"), PASSWORD + "\n");
        registry.add("spring.datasource.url", database::url);
        registry.add("spring.datasource.username", database::user);
        registry.add("spring.datasource.password", database::password);
        registry.add("sternway.data-directory", data::toString);
        registry.add("sternway.config-directory", () -> "config");
        registry.add("sternway.backup.directory", () -> data.resolve("backups").toString());
        int number = 0;
        for (Map.Entry<String, String> person : PEOPLE.entrySet()) {
            String user = "sternway.users[" + number++ + "].";
            registry.add(user + "id", person::getKey);
            registry.add(user + "name", person::getKey);
            registry.add(user + "groups", person::getValue);
            registry.add(user + "password-file", password::toString);
        }
    }

    @BeforeAll
    static void startBrowser() {
        assumeTrue(Files.isExecutable(CHROMIUM), "'" + CHROMIUM + "' is not installed (Debian package chromium)");
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--no-first-run")));
    }

    @AfterAll
    static void closeBrowser() {
        if (playwright != null) {
            playwright.close();
            playwright = null;
        }
    }

    String incident;

    @BeforeEach
    void anIncidentThatWaitsForItsCommander() {
        incident = staged.untilTheLossIsMeasured();
    }

    @AfterEach
    void nothingIsLeft() {
        browser.contexts().forEach(each -> each.close());
        staged.end();
    }

    String at(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** A window of a person of its own, who has not signed in. */
    Page stranger() {
        Page page = browser.newContext(new Browser.NewContextOptions().setViewportSize(1280, 1600))
                .newPage();
        page.setDefaultTimeout(PATIENCE_MS);
        page.onConsoleMessage(each -> troubles.add(each.type() + ": " + each.text()));
        page.onRequestFailed(each -> troubles.add(each.url() + " failed: " + each.failure()));
        page.onResponse(each -> {
            if (each.status() >= 400) {
                troubles.add(each.url() + " answered " + each.status());
            }
        });
        return page;
    }

    /** A window of somebody who was sent to sign in, and did. */
    Page signedIn(String person, String path) {
        Page page = stranger();
        page.navigate(at(path));
        signIn(page, person);
        return page;
    }

    static void signIn(Page page, String person) {
        page.locator("input[name=username]").fill(person);
        page.locator("input[name=password]").fill(PASSWORD);
        page.locator("form button[type=submit]").click();
        page.waitForURL(url -> !url.contains("/sign-in"));
    }
}

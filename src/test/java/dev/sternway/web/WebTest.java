package dev.sternway.web;

import dev.sternway.database.TestDatabase;
import dev.sternway.process.OwnEngine;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The running web part with one person of each of some roles, asked over HTTP as browsers and programs do. */
@AutoConfigureObservability(tracing = false)
@SpringBootTest(
        classes = WebSlice.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"camunda.bpm.job-execution.enabled=false", "logging.level.root=warn", "server.shutdown=immediate"
        })
public abstract class WebTest {
    protected static final String PASSWORD = "Night-Shift-7";
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    @LocalServerPort
    private int port;

    @Autowired
    private ProcessEngine engine;

    @BeforeEach
    void answersWithItsOwnEngine() {
        OwnEngine.register(engine);
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        Path data = Files.createTempDirectory("sternway-web-test");
        Path password = Files.writeString(data.resolve("password"), PASSWORD + "\n");
        registry.add("sternway.data-directory", data::toString);
        registry.add("sternway.config-directory", () -> "config");
        List<String> people = List.of(
                "carla=incident-commander",
                "theo=tech-lead",
                "olga=operator",
                "vera=viewer",
                "ada=administrator",
                "larry=viewer",
                "mallet=viewer",
                "nobody=");
        for (int i = 0; i < people.size(); i++) {
            String[] both = people.get(i).split("=", -1);
            String user = "sternway.users[" + i + "].";
            registry.add(user + "id", () -> both[0]);
            registry.add(user + "name", () -> both[0] + " Test");
            registry.add(user + "groups", () -> both[1]);
            registry.add(user + "password-file", password::toString);
        }
    }

    protected HttpResponse<String> send(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    protected URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    protected static HttpClient stranger() {
        return HttpClient.newHttpClient();
    }

    protected HttpResponse<String> get(String path) {
        return send(stranger(), HttpRequest.newBuilder(at(path)).build());
    }

    protected HttpResponse<String> get(String path, String user, String password) {
        return send(stranger(), basic(path, user, password).build());
    }

    protected HttpResponse<String> get(String path, String user) {
        return get(path, user, PASSWORD);
    }

    protected HttpResponse<String> post(String path, String user, String json) {
        HttpRequest.Builder request = user == null ? HttpRequest.newBuilder(at(path)) : basic(path, user, PASSWORD);
        return send(
                stranger(),
                request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    protected HttpRequest.Builder basic(String path, String user, String password) {
        String both = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(at(path)).header("Authorization", "Basic " + both);
    }

    /** A browser whose user has signed in on the page. */
    protected HttpClient browserOf(String user) {
        HttpClient browser = browser();
        HttpResponse<String> answer = signIn(browser, user, PASSWORD);
        if (answer.statusCode() != 200 || answer.uri().getPath().equals("/sign-in")) {
            throw new IllegalStateException("sign-in of '" + user + "' ended at " + answer.uri());
        }
        return browser;
    }

    protected static HttpClient browser() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    protected HttpResponse<String> signIn(HttpClient browser, String user, String password) {
        HttpResponse<String> form =
                send(browser, HttpRequest.newBuilder(at("/sign-in")).build());
        String fields = "username=" + encode(user) + "&password=" + encode(password) + "&_csrf=" + token(form.body());
        return send(
                browser,
                HttpRequest.newBuilder(at("/sign-in"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(fields))
                        .build());
    }

    protected static String token(String page) {
        Matcher token = TOKEN.matcher(page);
        return token.find() ? encode(token.group(1)) : "";
    }

    protected HttpResponse<String> view(HttpClient browser, String path) {
        return send(browser, HttpRequest.newBuilder(at(path)).build());
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}

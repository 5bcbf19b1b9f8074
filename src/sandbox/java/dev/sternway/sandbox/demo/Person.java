package dev.sternway.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.CookieManager;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A person at Tasklist: signs in on the sign-in page and makes the REST calls that Tasklist makes. */
public final class Person {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");
    private static final String ENGINE = "/camunda/api/engine/engine/default";

    /** What Sternway answered. */
    public record Answer(int status, String body) {
        public boolean taken() {
            return status >= 200 && status < 300;
        }

        /** The status and the gist of the answer, on one line. */
        @Override
        public String toString() {
            String text = body;
            try {
                text = JSON.readTree(body).path("message").asText(body);
            } catch (IOException e) {
                // no JSON: as it is
            }
            return status + " "
                    + text.replaceAll("\\s+", " ").replaceFirst("^Cannot submit task form.*TaskListener: ", "");
        }

        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new IllegalStateException("not JSON: " + body, e);
            }
        }
    }

    private final String name;
    private final URI sternway;
    private final String basic;
    private final CookieManager cookies = new CookieManager();
    private final HttpClient http = HttpClient.newBuilder()
            .cookieHandler(cookies)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Person(String name, String password, URI sternway) {
        this.name = name;
        this.sternway = sternway;
        this.basic =
                "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Signs in.
     *
     * @throws IllegalStateException when Sternway does not let the person in
     */
    public static Person signIn(URI sternway, String name, String password) {
        Person person = new Person(name, password, sternway);
        Matcher csrf = CSRF.matcher(person.get("/sign-in").body());
        if (!csrf.find()) {
            throw new IllegalStateException("the sign-in page has no CSRF field");
        }
        String form =
                "username=" + encoded(name) + "&password=" + encoded(password) + "&_csrf=" + encoded(csrf.group(1));
        Answer answer = person.send(person.request("/sign-in")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build());
        if (!answer.taken() || answer.body().contains("name=\"password\"")) {
            throw new IllegalStateException("'" + name + "' could not sign in: " + answer.status());
        }
        // Opening Tasklist gives the token that its calls carry.
        person.get("/camunda/app/tasklist/default/");
        return person;
    }

    public String name() {
        return name;
    }

    public Answer get(String path) {
        return send(request(path).GET().build());
    }

    /** What Sternway's own API answers, which takes the password with each call. */
    public JsonNode api(String path) {
        Answer answer = send(request(path).header("Authorization", basic).GET().build());
        if (!answer.taken()) {
            throw new IllegalStateException("GET " + path + " answers " + answer.status() + ": " + answer.body());
        }
        return answer.json();
    }

    /** Tells Sternway's own API something, which takes the password with each call. */
    public Answer tell(String path, Map<String, String> fields) {
        return send(request(path)
                .header("Authorization", basic)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        JSON.valueToTree(fields).toString()))
                .build());
    }

    /** The person's open task of the definition key in the incident, if he may see it. */
    public Optional<String> task(String incidentId, String definitionKey) {
        JsonNode tasks = get(ENGINE + "/task?processInstanceBusinessKey=" + encoded(incidentId) + "&taskDefinitionKey="
                        + encoded(definitionKey))
                .json();
        return tasks.isArray() && !tasks.isEmpty()
                ? Optional.of(tasks.get(0).path("id").asText())
                : Optional.empty();
    }

    /** Claims the task and submits its form. */
    public Answer submit(String taskId, Map<String, String> fields) {
        post("/task/" + taskId + "/claim", JSON.createObjectNode().put("userId", name));
        ObjectNode body = JSON.createObjectNode();
        ObjectNode variables = body.putObject("variables");
        fields.forEach(
                (field, value) -> variables.putObject(field).put("value", value).put("type", "String"));
        return post("/task/" + taskId + "/submit-form", body);
    }

    private Answer post(String path, JsonNode body) {
        HttpRequest.Builder request = request(ENGINE + path).header("Content-Type", "application/json");
        cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("XSRF-TOKEN"))
                .map(HttpCookie::getValue)
                .findFirst()
                .ifPresent(token -> request.header("X-XSRF-TOKEN", token));
        return send(request.POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(sternway.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new IllegalStateException("Sternway does not answer at " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package dev.sternway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** Asks a running Sternway, signed in as the environment says. */
final class SternwayClient {

    static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String address;
    private final String authorization;

    private SternwayClient(String address, String authorization) {
        this.address = address;
        this.authorization = authorization;
    }

    static SternwayClient of(CommonOptions options) {
        return of(options.port, System.getenv());
    }

    static SternwayClient of(int port, Map<String, String> environment) {
        String address = environment.getOrDefault("STERNWAY_URL", "http://127.0.0.1:" + port);
        String user = environment.get("STERNWAY_USER");
        String authorization = null;
        if (user != null) {
            byte[] both = (user + ":" + password(environment)).getBytes(StandardCharsets.UTF_8);
            authorization = "Basic " + Base64.getEncoder().encodeToString(both);
        }
        return new SternwayClient(address.replaceAll("/+$", ""), authorization);
    }

    String address() {
        return address;
    }

    /** A part of a path, from outside. */
    static String part(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return read(path, getAnswer(path).body());
    }

    /** The answer as it came, with its headers. */
    HttpResponse<String> getAnswer(String path) {
        return send(path, request(path).GET().build());
    }

    JsonNode post(String path, Map<String, ?> body) {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.valueToTree(body).toString()))
                .build();
        return read(path, send(path, request).body());
    }

    /** Sends bytes as they are, with headers of their own. */
    JsonNode post(String path, byte[] body, Map<String, String> headers) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            headers.forEach(request::setHeader);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--header: " + e.getMessage());
        }
        if (headers.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
            request.header("Content-Type", "application/json");
        }
        return read(path, send(path, request.build()).body());
    }

    private HttpRequest.Builder request(String path) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                    .timeout(TIMEOUT)
                    .header("Accept", "application/json");
            if (authorization != null) {
                request.header("Authorization", authorization);
            }
            return request;
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "STERNWAY_URL: no address '" + address + "'");
        }
    }

    private HttpResponse<String> send(String path, HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            int status = response.statusCode();
            if (status >= 200 && status < 300) {
                return response;
            }
            throw failure(path, status, response.body());
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNREACHABLE,
                    "no Sternway answers at '" + address + "': " + e
                            + "\nHINT: start it with ./sternway serve, or set STERNWAY_URL.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.UNREACHABLE, "interrupted");
        }
    }

    private Failure failure(String path, int status, String body) {
        if (status == 401 || status == 302) {
            String how = authorization == null ? "set STERNWAY_USER and STERNWAY_PASSWORD." : "check them.";
            return new Failure(
                    ExitCode.FORBIDDEN, "Sternway at '" + address + "' does not know who asks\nHINT: " + how);
        }
        String message = message(body);
        if (status == 403) {
            return new Failure(ExitCode.FORBIDDEN, message.isEmpty() ? "this user may not do that: " + path : message);
        }
        return new Failure(
                ExitCode.REFUSED,
                message.isEmpty() ? "Sternway answered " + status + " to '" + path + "'" : message,
                json(body));
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** What Sternway says of a refusal: a message and a hint. */
    private static String message(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            String message = json.path("message").asText(json.path("detail").asText(""));
            String hint = json.path("hint").asText("");
            return hint.isEmpty() ? message : message + "\nHINT: " + hint;
        } catch (JsonProcessingException notJson) {
            return "";
        }
    }

    private JsonNode read(String path, String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new Failure(
                    ExitCode.UNREACHABLE, "what answers at '" + address + path + "' is not Sternway's API: no JSON");
        }
    }

    private static String password(Map<String, String> environment) {
        String file = environment.get("STERNWAY_PASSWORD_FILE");
        if (file == null) {
            return environment.getOrDefault("STERNWAY_PASSWORD", "");
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "STERNWAY_PASSWORD_FILE: '" + file + "' cannot be read");
        }
    }
}

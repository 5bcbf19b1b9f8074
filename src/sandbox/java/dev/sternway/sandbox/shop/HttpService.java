package dev.sternway.sandbox.shop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Executors;

/** What the front and the API have in common: a server on port 8080 with health, metrics and counted routes. */
final class HttpService {

    /** What a handler answers. */
    record Answer(int status, String type, String body) {
        static Answer json(int status, String body) {
            return new Answer(status, "application/json", body);
        }
    }

    /** Handles a request; what it throws becomes a 500 with the message. */
    @FunctionalInterface
    interface Handler {
        Answer handle(HttpExchange exchange, String body) throws Exception;
    }

    /** Tells whether the service can work; the message of what it throws is shown. */
    @FunctionalInterface
    interface Health {
        void check() throws Exception;
    }

    private final HttpServer server;
    private final Metrics metrics;

    HttpService(String name, String version, Health health, String... routes) throws IOException {
        server = HttpServer.create(new InetSocketAddress(8080), 200);
        server.setExecutor(Executors.newFixedThreadPool(24));
        metrics = new Metrics(name, routes);
        serve("/health", (exchange, body) -> health(version, health));
        serve("/metrics", (exchange, body) -> new Answer(200, "text/plain; version=0.0.4", metrics.text()));
    }

    private static Answer health(String version, Health health) {
        String answer = "{\"status\":\"%s\",\"version\":\"%s\",\"timestamp\":\"%s\"}";
        try {
            health.check();
            return Answer.json(200, answer.formatted("UP", version, Instant.now()));
        } catch (Exception e) {
            System.err.println("health: " + e.getMessage());
            return Answer.json(503, answer.formatted("DOWN", version, Instant.now()));
        }
    }

    /** Serves a path without counting its requests. */
    void serve(String path, Handler handler) {
        server.createContext(path, exchange -> answer(exchange, handler));
    }

    /** Serves a path and counts its requests under the route. */
    void serve(String path, String route, Handler handler) {
        server.createContext(path, exchange -> {
            long begin = System.nanoTime();
            int status = answer(exchange, handler);
            metrics.record(route, status, System.nanoTime() - begin);
        });
    }

    private static int answer(HttpExchange exchange, Handler handler) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                answer = handler.handle(exchange, body);
            } catch (Exception e) {
                answer = Answer.json(
                        500, "{\"error\":\"" + String.valueOf(e.getMessage()).replaceAll("[\"\\\\\\s]+", " ") + "\"}");
            }
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            return answer.status();
        }
    }

    void start() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1)));
        server.start();
    }
}

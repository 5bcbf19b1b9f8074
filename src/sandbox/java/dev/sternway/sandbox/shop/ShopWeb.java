package dev.sternway.sandbox.shop;

import com.sun.net.httpserver.HttpExchange;
import dev.sternway.sandbox.shop.HttpService.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The shop's front: a page, and the API behind {@code /api}. */
public final class ShopWeb {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final String api = System.getenv("API_URL");
    private final Release release = Release.installed();

    private ShopWeb() {}

    public static void main(String[] arguments) throws Exception {
        ShopWeb web = new ShopWeb();
        HttpService http = new HttpService("shop-web", web.release.version(), () -> {}, "api");
        http.serve("/api/", "api", web::forward);
        http.serve("/", (exchange, body) -> web.page());
        http.start();
        System.out.println("shop-web " + web.release.version() + " is ready");
    }

    private Answer page() throws IOException {
        String banner = Files.readString(Path.of("/srv/content/banner.txt"));
        return new Answer(
                200,
                "text/html; charset=utf-8",
                "<!doctype html><title>Web shop</title><h1>Web shop</h1><p>%s</p><p>Release %s</p>"
                        .formatted(banner, release.version()));
    }

    private Answer forward(HttpExchange exchange, String body) throws InterruptedException {
        URI target = URI.create(api + exchange.getRequestURI().toString().substring("/api".length()));
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest request = HttpRequest.newBuilder(target)
                .timeout(Duration.ofSeconds(3))
                .method(exchange.getRequestMethod(), publisher)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return Answer.json(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return Answer.json(502, "{\"error\":\"shop-api does not answer\"}");
        }
    }
}

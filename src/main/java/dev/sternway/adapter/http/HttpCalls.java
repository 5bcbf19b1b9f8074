package dev.sternway.adapter.http;

import dev.sternway.port.HttpProbes.Answer;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Sends requests that always end: connecting, answering and the answer's length are limited. */
@Component
@EnableConfigurationProperties(HttpSettings.class)
public class HttpCalls {
    private final HttpClient client;
    private final Duration answerWithin;
    private final int longestAnswer;

    HttpCalls(HttpSettings settings) {
        // No redirects and no proxy: what stands at the address itself must answer.
        client = HttpClient.newBuilder()
                .connectTimeout(settings.connectWithin())
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        answerWithin = settings.answerWithin();
        longestAnswer = Math.toIntExact(settings.longestAnswer().toBytes());
    }

    /**
     * Sends a request and reads the answer, whatever its status.
     *
     * @param body sent as the content type says, or null
     * @throws OutsideException when nothing answers in time, naming the address
     */
    public Answer send(String method, URI address, String body, String contentType) {
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).method(method, publisher).header("Accept", "application/json, */*");
        if (body != null) {
            request.header("Content-Type", contentType);
        }
        long begin = System.nanoTime();
        HttpResponse<String> response = exchange(request.build(), address.toString());
        return new Answer(response.statusCode(), response.body(), Duration.ofNanos(System.nanoTime() - begin));
    }

    /**
     * Sends a request with headers of its own.
     *
     * @param body null sends none
     * @param shownAs what messages call the address, which may be a secret itself
     * @throws OutsideException when nothing answers in time
     */
    HttpResponse<String> send(String method, URI address, Map<String, String> headers, String body, String shownAs) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return exchange(request.build(), shownAs);
    }

    private HttpResponse<String> exchange(HttpRequest request, String address) {
        Duration time = TimeLimit.atMost(answerWithin);
        // The client's own timeout ends with the headers; this one covers a body that trickles, too.
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request, headers -> new CappedBody(longestAnswer));
        try {
            return answer.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new OutsideException("'" + address + "' did not answer within " + time.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new OutsideException("'" + address + "' did not answer: " + reason(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted while '" + address + "' was asked", e);
        }
    }

    private static String reason(Throwable cause) {
        String name = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? name : name + " " + cause.getMessage();
    }
}

package dev.sternway.web;

import dev.sternway.alert.Subscriptions;
import dev.sternway.alert.format.Message;
import dev.sternway.alert.sender.Confirmations;
import dev.sternway.decision.Explainer;
import dev.sternway.decision.Explanation;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.Weighing;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Tries a message without effect, and shows which topics ask to be subscribed. */
@RestController
@RequestMapping("/api/alerts")
class AlertsApi {
    private static final Set<String> MAY_CONFIRM = Set.of("operator", "devops", "operations-manager", "administrator");
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final Explainer explainer;
    private final Weighing weighing;
    private final Subscriptions subscriptions;
    private final Confirmations confirmations;

    AlertsApi(Explainer explainer, Weighing weighing, Subscriptions subscriptions, Confirmations confirmations) {
        this.explainer = explainer;
        this.weighing = weighing;
        this.subscriptions = subscriptions;
        this.confirmations = confirmations;
    }

    /** What the message in the body would be understood as and what would be decided; nothing is kept or started. */
    @PostMapping("/explain")
    Explanation explain(@RequestParam(required = false) String format, HttpServletRequest request) throws IOException {
        byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new Refusal(
                    ErrorCode.ALERT_TOO_LARGE,
                    "the message is larger than " + MOST_BYTES + " bytes",
                    "try a part of it.");
        }
        Map<String, String> headers = Collections.list(request.getHeaderNames()).stream()
                .collect(Collectors.toMap(Function.identity(), request::getHeader));
        return explainer.explain(
                Optional.ofNullable(format), new Message(headers, body, Instant.now()), weighing::weigh);
    }

    @GetMapping("/subscriptions")
    List<Subscriptions.Subscription> subscriptions() {
        return subscriptions.all();
    }

    @PostMapping("/subscriptions/{id}/confirm")
    Subscriptions.Subscription confirm(@PathVariable long id, Authentication who) {
        if (who.getAuthorities().stream().map(GrantedAuthority::getAuthority).noneMatch(MAY_CONFIRM::contains)) {
            throw new AccessDeniedException("a subscription is confirmed by one of " + MAY_CONFIRM);
        }
        return confirmations
                .confirm(id, who.getName())
                .orElseThrow(() -> new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "there is no subscription " + id + " of a topic that may send here"));
    }

    /** As the address that alerts are sent to would answer. */
    @ExceptionHandler
    ProblemDetail refused(Refusal refusal) {
        HttpStatus status = switch (refusal.code()) {
            case ALERT_FORMAT_UNKNOWN -> HttpStatus.NOT_FOUND;
            case ALERT_TOO_LARGE -> HttpStatus.PAYLOAD_TOO_LARGE;
            default -> HttpStatus.BAD_REQUEST;
        };
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, refusal.getMessage());
        problem.setProperty("code", refusal.code().name());
        problem.setProperty("hint", refusal.hint());
        return problem;
    }
}

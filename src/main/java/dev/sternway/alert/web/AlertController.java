package dev.sternway.alert.web;

import dev.sternway.alert.Alert;
import dev.sternway.alert.AlertFormat;
import dev.sternway.alert.AlertTokens;
import dev.sternway.alert.Inbox;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Takes alerts in: token, size, format, inbox, and only then 202. */
@RestController
class AlertController {
    private static final Logger LOG = LoggerFactory.getLogger(AlertController.class);

    /** Ten thousand alerts in one message of Alertmanager are 4.8 MB. */
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private final Map<String, AlertFormat> formats;
    private final AlertTokens tokens;
    private final Inbox inbox;

    AlertController(List<AlertFormat> formats, AlertTokens tokens, Inbox inbox) {
        this.formats = formats.stream().collect(Collectors.toMap(AlertFormat::name, Function.identity()));
        this.tokens = tokens;
        this.inbox = inbox;
    }

    @PostMapping("/alerts/{format}")
    ResponseEntity<Inbox.Accepted> accept(
            @PathVariable String format,
            @RequestHeader(name = HttpHeaders.AUTHORIZATION, required = false) String authorization,
            HttpServletRequest request)
            throws IOException {
        if (!tokens.opens(format, authorization)) {
            LOG.warn("refused an alert at /alerts/{} from {}: no valid bearer token", format, request.getRemoteAddr());
            throw new Refusal(
                    ErrorCode.ALERT_UNAUTHENTICATED,
                    "the bearer token is missing or wrong",
                    "send the token that sternway.alerts.tokens." + format + " refers to.");
        }
        AlertFormat reader = formats.get(format);
        if (reader == null) {
            throw new Refusal(
                    ErrorCode.ALERT_FORMAT_UNKNOWN,
                    "there is no alert format '" + format + "'; known are " + formats.keySet(),
                    "correct the address in the monitoring system.");
        }
        byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new Refusal(
                    ErrorCode.ALERT_TOO_LARGE,
                    "the message is larger than " + MOST_BYTES + " bytes",
                    "limit the alerts of one message, in Alertmanager with max_alerts.");
        }
        List<Alert> alerts = reader.parse(body);
        return ResponseEntity.accepted().body(inbox.accept(alerts, body));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(Refusal refusal) {
        HttpStatus status = switch (refusal.code()) {
            case ALERT_UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case ALERT_FORMAT_UNKNOWN -> HttpStatus.NOT_FOUND;
            case ALERT_TOO_LARGE -> HttpStatus.PAYLOAD_TOO_LARGE;
            case ALERT_MALFORMED -> HttpStatus.BAD_REQUEST;
            default -> HttpStatus.UNPROCESSABLE_ENTITY;
        };
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, refusal.getMessage());
        problem.setTitle(refusal.code().name());
        problem.setProperty("hint", refusal.hint());
        return ResponseEntity.status(status).body(problem);
    }

    /** Nothing was committed: the sender must come again. */
    @ExceptionHandler({DataAccessException.class, CannotCreateTransactionException.class})
    ResponseEntity<ProblemDetail> databaseAway(RuntimeException e) {
        LOG.error("an alert could not be stored", e);
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, "5")
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE, "the alert could not be stored; send it again"));
    }
}

package dev.sternway.alert.web;

import dev.sternway.alert.Alert;
import dev.sternway.alert.HiddenAlerts;
import dev.sternway.alert.Inbox;
import dev.sternway.alert.OnceOnly;
import dev.sternway.alert.PlainText;
import dev.sternway.alert.Subscriptions;
import dev.sternway.alert.format.AlertFormat;
import dev.sternway.alert.format.Message;
import dev.sternway.alert.mapping.Understanding;
import dev.sternway.alert.mapping.Understood;
import dev.sternway.alert.sender.Senders;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Takes alerts in: format, sender, size, meaning, inbox, and only then 202. */
@RestController
class AlertController {
    private static final Logger LOG = LoggerFactory.getLogger(AlertController.class);
    private static final int NOTES_IN_LOG = 5;

    private final Understanding understanding;
    private final Senders senders;
    private final HiddenAlerts hidden;
    private final Inbox inbox;
    private final Subscriptions subscriptions;
    private final OnceOnly onceOnly;

    AlertController(
            Understanding understanding,
            Senders senders,
            HiddenAlerts hidden,
            Inbox inbox,
            Subscriptions subscriptions,
            OnceOnly onceOnly) {
        this.understanding = understanding;
        this.senders = senders;
        this.hidden = hidden;
        this.inbox = inbox;
        this.subscriptions = subscriptions;
        this.onceOnly = onceOnly;
    }

    @PostMapping("/alerts/{format}")
    ResponseEntity<Inbox.Accepted> accept(@PathVariable("format") String name, HttpServletRequest request)
            throws IOException {
        AlertFormat format = understanding.format(name);
        Message head = new Message(headers(request), new byte[0], Instant.now());
        turnAway(format, request, senders.objectionToHeaders(name, head));
        Message message = new Message(head.headers(), body(format, request), head.receivedAt());
        turnAway(format, request, senders.objection(name, message));
        Understood understood = understanding.understand(format, message);
        Optional<String> signed = senders.onceOnly(name, message);
        if (signed.isPresent() && onceOnly.isRepeat(name, signed.get())) {
            LOG.info(
                    "a message at /alerts/{} repeats {} alerts: it is signed as before",
                    name,
                    understood.alerts().size());
            return ResponseEntity.accepted()
                    .body(new Inbox.Accepted(0, understood.alerts().size()));
        }
        Inbox.Accepted accepted = keep(format, understood, message);
        signed.ifPresent(each -> onceOnly.remember(name, each));
        return ResponseEntity.accepted().body(accepted);
    }

    private static byte[] body(AlertFormat format, HttpServletRequest request) throws IOException {
        int most = format.mostBytes();
        boolean tooLong = request.getContentLengthLong() > most;
        byte[] body = tooLong ? new byte[0] : request.getInputStream().readNBytes(most + 1);
        if (tooLong || body.length > most) {
            throw new Refusal(
                    ErrorCode.ALERT_TOO_LARGE,
                    "the message is larger than " + most + " bytes",
                    "limit the alerts of one message, in Alertmanager with max_alerts.");
        }
        return body;
    }

    private Inbox.Accepted keep(AlertFormat format, Understood understood, Message message) {
        understood.notes().stream()
                .limit(NOTES_IN_LOG)
                .forEach(note -> LOG.info("a message at /alerts/{}: {}", understood.format(), note(note)));
        understood
                .subscription()
                .ifPresent(
                        asked -> subscriptions.asks(asked.topic(), asked.messageId(), asked.address(), message.body()));
        List<Alert> alerts = new ArrayList<>(understood.alerts());
        understood
                .group()
                .ifPresent(group -> alerts.addAll(
                        hidden.of(understood.format(), group, understood.alerts(), message.receivedAt())));
        if (alerts.isEmpty()) {
            return new Inbox.Accepted(0, 0);
        }
        Inbox.Accepted accepted = store(format, alerts, message);
        if (accepted.repeated() > 0) {
            LOG.info("a message at /alerts/{} repeats {} alerts", format.name(), accepted.repeated());
        }
        return accepted;
    }

    private Inbox.Accepted store(AlertFormat format, List<Alert> alerts, Message message) {
        try {
            return inbox.accept(alerts, message.body(), format.repeatsItself());
        } catch (Refusal refusal) {
            if (refusal.code() != ErrorCode.SYSTEM_UNKNOWN || !format.resentsRefusals()) {
                throw refusal;
            }
            LOG.warn("a message at /alerts/{}: {}", format.name(), note(refusal.getMessage()));
            return new Inbox.Accepted(0, 0);
        }
    }

    private static String note(String note) {
        return PlainText.of(note, 500);
    }

    private static Map<String, String> headers(HttpServletRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, String.join(",", Collections.list(request.getHeaders(name))));
        }
        return headers;
    }

    /** Whoever is turned away learns nothing; the log has the reason. */
    private static void turnAway(AlertFormat format, HttpServletRequest request, Optional<String> objection) {
        if (objection.isPresent()) {
            LOG.warn(
                    "refused an alert at /alerts/{} from {}: {}",
                    format.name(),
                    request.getRemoteAddr(),
                    objection.get());
            throw new Refusal(
                    ErrorCode.ALERT_UNAUTHENTICATED,
                    "the sender is not known",
                    "set the sender up as docs/alerts.md describes; Sternway's log says what was wrong.");
        }
    }

    /** The handshake of CloudEvents' webhooks: may the origin send here? */
    @RequestMapping(path = "/alerts/cloudevents", method = RequestMethod.OPTIONS)
    ResponseEntity<Void> mayISend(@RequestHeader(name = "WebHook-Request-Origin", required = false) String origin) {
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok().header(HttpHeaders.ALLOW, "POST, OPTIONS");
        if (origin != null && senders.allowsOrigin("cloudevents", origin)) {
            answer.header("WebHook-Allowed-Origin", PlainText.of(origin, 300)).header("WebHook-Allowed-Rate", "*");
        }
        return answer.build();
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
        ResponseEntity.BodyBuilder answer = ResponseEntity.status(status);
        if (status == HttpStatus.UNAUTHORIZED) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer", "Basic realm=\"alerts\"");
        }
        return answer.body(problem);
    }

    /** Nothing was committed, or nobody could be asked: the sender must come again. */
    @ExceptionHandler({DataAccessException.class, CannotCreateTransactionException.class, OutsideException.class})
    ResponseEntity<ProblemDetail> notNow(RuntimeException e) {
        // Without its stack: in a storm there are many, and what matters is why.
        LOG.error(
                "a message could not be stored, its sender was told to come again: {}",
                PlainText.of(e.toString(), 500));
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, "5")
                .body(ProblemDetail.forStatusAndDetail(
                        HttpStatus.SERVICE_UNAVAILABLE, "the alert could not be stored; send it again"));
    }
}

package dev.sternway.web;

import dev.sternway.plan.RestorePointMissing;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.process.GatesRed;
import dev.sternway.process.IncidentRunning;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Answers of the API when it cannot do what was asked: problem+json (RFC 9457) with a hint. */
@RestControllerAdvice(annotations = RestController.class)
@Order(100)
class Problems extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    @ExceptionHandler
    ProblemDetail notFound(IncidentNotFound problem) {
        return problem(HttpStatus.NOT_FOUND, problem.getMessage(), "GET /api/incidents lists what there is.");
    }

    @ExceptionHandler
    ProblemDetail nothingYet(NothingYet problem) {
        return problem(HttpStatus.NOT_FOUND, problem.getMessage(), "ask again when the process has come that far.");
    }

    @ExceptionHandler
    ProblemDetail refused(Refusal refusal) {
        ProblemDetail problem = problem(status(refusal.code()), refusal.getMessage(), refusal.hint());
        problem.setProperty("code", refusal.code().name());
        if (refusal instanceof RestorePointMissing missing) {
            problem.setProperty("restorePoints", missing.points());
        } else if (refusal instanceof IncidentRunning running) {
            problem.setProperty("incidentId", running.incidentId());
        } else if (refusal instanceof GatesRed red) {
            problem.setProperty(
                    "gates",
                    red.gates().stream()
                            .map(gate -> Map.of("name", gate.name(), "green", gate.isGreen(), "seen", gate.seen()))
                            .toList());
        }
        return problem;
    }

    private static HttpStatus status(ErrorCode code) {
        return switch (code) {
            case SYSTEM_UNKNOWN -> HttpStatus.NOT_FOUND;
            case ROLE_MISSING -> HttpStatus.FORBIDDEN;
            case REQUEST_INVALID -> HttpStatus.BAD_REQUEST;
            default -> HttpStatus.CONFLICT;
        };
    }

    @ExceptionHandler
    ProblemDetail outside(OutsideException failure) {
        LOG.warn("Something outside failed: {}", failure.getMessage());
        return problem(HttpStatus.SERVICE_UNAVAILABLE, failure.getMessage(), "try again; if it stays, see the log.");
    }

    /** The engine and the doors answer these themselves. */
    @ExceptionHandler({AccessDeniedException.class, AuthenticationException.class})
    void leave(RuntimeException refused) {
        throw refused;
    }

    /** What nobody foresaw: the log has it, the caller gets a number to ask for. */
    @ExceptionHandler
    ProblemDetail unforeseen(RuntimeException failure) {
        String number = UUID.randomUUID().toString();
        LOG.error("Request failed, number {}", number, failure);
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, "internal error", "look for " + number + " in the log.");
    }

    private static ProblemDetail problem(HttpStatus status, String detail, String hint) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setProperty("hint", hint);
        return problem;
    }
}

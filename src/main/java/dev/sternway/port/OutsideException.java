package dev.sternway.port;

/**
 * Something outside did not answer or failed: a technical failure that the engine retries and then shows as an incident.
 */
public class OutsideException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OutsideException(String message, Throwable cause) {
        super(message, cause);
    }

    public OutsideException(String message) {
        super(message);
    }
}

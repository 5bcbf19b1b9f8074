package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** A command's end that is not success: what to print on standard error, and the exit code. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient JsonNode answer;

    Failure(int exitCode, String message) {
        this(exitCode, message, MissingNode.getInstance());
    }

    /** @param answer what Sternway said besides the message */
    Failure(int exitCode, String message, JsonNode answer) {
        super(message);
        this.exitCode = exitCode;
        this.answer = answer;
    }

    JsonNode answer() {
        return answer;
    }

    int exitCode() {
        return exitCode;
    }
}

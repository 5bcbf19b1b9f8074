package dev.sternway.plan;

import dev.sternway.port.ErrorCode;

/** A level has nothing to offer here: not a refusal, the next level is tried and the reason shown. */
public class LevelSkipped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public LevelSkipped(ErrorCode code, String reason) {
        super(reason);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}

package dev.sternway.port;

/** A precondition does not hold: nothing was touched, and a person must choose. */
public class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String hint;
    private final String excerpt;

    /**
     * @param message a lower-case fact with the values quoted
     * @param hint what to do about it
     */
    public Refusal(ErrorCode code, String message, String hint) {
        this(code, message, hint, null);
    }

    /**
     * @param message a lower-case fact with the values quoted
     * @param hint what to do about it
     * @param excerpt what the outside printed, for the evidence alone: it may hold what nobody should pass on; or null
     */
    public Refusal(ErrorCode code, String message, String hint, String excerpt) {
        super(message);
        this.code = code;
        this.hint = hint;
        this.excerpt = excerpt;
    }

    /** What the outside printed, or null. */
    public String excerpt() {
        return excerpt;
    }

    public ErrorCode code() {
        return code;
    }

    public String hint() {
        return hint;
    }

    /** Message and hint as people read them. */
    public String explanation() {
        return getMessage() + "\nHINT: " + hint;
    }
}

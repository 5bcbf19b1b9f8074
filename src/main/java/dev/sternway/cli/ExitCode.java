package dev.sternway.cli;

/** How a command ends, for scripts. */
final class ExitCode {
    static final int OK = 0;
    /** Refused, or a check that failed; the reason is on standard error. */
    static final int REFUSED = 1;
    /** The command line was wrong. */
    static final int USAGE = 2;
    /** No Sternway answers at the address. */
    static final int UNREACHABLE = 3;
    /** This machine cannot be prepared: something is missing that cannot be installed. */
    static final int UNPREPARED = 4;
    /** Not signed in, or without the right to do this. */
    static final int FORBIDDEN = 5;

    private ExitCode() {}
}

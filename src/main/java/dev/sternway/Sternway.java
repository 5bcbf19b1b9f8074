package dev.sternway;

import dev.sternway.cli.CommandLineInterface;
import java.util.TimeZone;

/** The entry point. */
public final class Sternway {
    private Sternway() {}

    public static void main(String[] args) {
        // The engine keeps times without a zone: every node must mean the same.
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        System.exit(CommandLineInterface.run(SternwayApplication.class, args));
    }
}

package dev.sternway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that talks to a running Sternway. */
abstract class ClientCommand implements Callable<Integer> {

    @Mixin
    private CommonOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public final Integer call() {
        return run(SternwayClient.of(options), new Output(spec.commandLine().getOut(), options.json));
    }

    /** Asks, prints, and gives the exit code. */
    abstract int run(SternwayClient sternway, Output output);

    /** Ends the command unless a person says yes, or {@code --yes} did. */
    final void confirm(String question) {
        if (options.yes) {
            return;
        }
        if (System.console() == null) {
            throw new Failure(ExitCode.USAGE, "nobody can be asked here\nHINT: add --yes when you are sure.");
        }
        String answer = System.console().readLine("%s [y/N] ", question);
        if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
            throw new Failure(ExitCode.REFUSED, "nothing was done");
        }
    }
}

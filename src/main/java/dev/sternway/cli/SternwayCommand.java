package dev.sternway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above all others: it lists them. */
@Command(
        name = "sternway",
        description = "Takes failed upgrades back.",
        mixinStandardHelpOptions = true,
        version = "Sternway",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%n",
        footer = {
            "Commands that talk to a running Sternway read",
            "  STERNWAY_URL            its address (default: http://127.0.0.1:PORT)",
            "  STERNWAY_USER           who signs in",
            "  STERNWAY_PASSWORD       the password, or",
            "  STERNWAY_PASSWORD_FILE  a file that holds it",
            "",
            "Exit codes: 0 done; 1 refused, or a check failed; 2 wrong usage; 3 no Sternway answers;",
            "4 this machine cannot be prepared; 5 not signed in, or without the right."
        })
final class SternwayCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A command is missing.");
    }
}

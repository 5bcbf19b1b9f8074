package dev.sternway.cli;

import picocli.CommandLine;

/** Reads the command line and runs one command. */
public final class CommandLineInterface {

    private CommandLineInterface() {}

    /**
     * @param application the Spring Boot application that {@code serve} runs
     * @param args a command and its options; nothing means {@code serve}
     * @return the exit code
     */
    public static int run(Class<?> application, String... args) {
        return commandLine(application).execute(args.length == 0 ? new String[] {"serve"} : args);
    }

    static CommandLine commandLine(Class<?> application) {
        return new CommandLine(new SternwayCommand())
                .addSubcommand(new ServeCommand(application))
                .addSubcommand(new StatusCommand())
                .addSubcommand(new IncidentCommand())
                .addSubcommand(new BackupCommand())
                .addSubcommand(new AlertCommand())
                .addSubcommand(new PlanCommand())
                .addSubcommand(new SnapshotCommand())
                .addSubcommand(new RollbackCommand())
                .addSubcommand(new SwapBackCommand())
                .addSubcommand(new SalvageCommand())
                .addSubcommand(new NotifyCommand())
                .addSubcommand(new DecideCommand())
                .addSubcommand(new VerifyEvidenceCommand())
                .setExecutionExceptionHandler(CommandLineInterface::explain);
    }

    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        if (e instanceof Failure failure) {
            command.getErr().println(failure.getMessage());
            return failure.exitCode();
        }
        throw e;
    }
}

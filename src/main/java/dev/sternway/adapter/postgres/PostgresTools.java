package dev.sternway.adapter.postgres;

import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own tools, where they are: in the store's container or on this host. Closing takes traces away. */
abstract class PostgresTools implements AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

    /**
     * Settings of the tools' sessions. Commits need not wait for the disk one by one: what makes the copy visible is
     * written after them and does wait. Indexes are built faster with more memory than the server gives by default.
     */
    static final String OPTIONS = "-c synchronous_commit=off -c maintenance_work_mem=128MB";

    private final int major;

    /** @param major the server's major version; only tools of the same are used, others write what it may not read */
    PostgresTools(int major) {
        this.major = major;
    }

    /** Runs a command; the application name makes its sessions known on the server. */
    abstract Executed run(List<String> command, String applicationName);

    /** Runs a command and writes what it prints to a file. */
    abstract Executed runToFile(List<String> command, String applicationName, Path output);

    /** Makes a file readable for the tools and gives the path under which they find it. */
    abstract String bring(Path file);

    /** Makes a folder of plain files readable for the tools. */
    abstract String bringFolder(Path folder);

    /** Options with which a tool reaches the server. */
    abstract List<String> connection();

    /** Free bytes where the directory is, when that can be told. */
    abstract OptionalLong freeBytes(String directory);

    @Override
    public abstract void close();

    /** The command for a tool, e.g. {@code pg_dump}. */
    String find(String tool) {
        String versioned = "/usr/lib/postgresql/" + major + "/bin/" + tool;
        String seen = "not there";
        for (String candidate : List.of(versioned, tool)) {
            try {
                Executed answer = run(List.of(candidate, "--version"), "version");
                Matcher matcher = VERSION.matcher(answer.output());
                if (answer.exitCode() == 0 && matcher.find()) {
                    if (Integer.parseInt(matcher.group(1)) == major) {
                        return candidate;
                    }
                    seen = "of version " + matcher.group(1);
                }
            } catch (OutsideException notThere) {
                // The next candidate may be, unless it is the time that is over.
                TimeLimit.require();
            }
        }
        throw new ToolMissing(
                "the server is PostgreSQL " + major + ", its tool '" + tool + "' is " + seen + " " + place());
    }

    /** Where the tools are looked for, for people. */
    abstract String place();

    /** A tool of the server's version is not there. */
    static final class ToolMissing extends OutsideException {
        private static final long serialVersionUID = 1L;

        ToolMissing(String message) {
            super(message);
        }
    }

    /** A line of a password file. */
    static String passwordLine(String user, String password) {
        return "*:*:*:" + escaped(user) + ":" + escaped(password) + "\n";
    }

    private static String escaped(String field) {
        return field.replace("\\", "\\\\").replace(":", "\\:");
    }
}

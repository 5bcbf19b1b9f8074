package dev.sternway.sandbox.demo;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Sternway's program: from its jar as people run it, or from the class path of this JVM before the jar is built. */
public final class Program {
    private static final String MAIN = "dev.sternway.Sternway";

    private final List<String> start;

    private Program(List<String> start) {
        this.start = List.copyOf(start);
    }

    /** @param jar {@code target/sternway.jar} */
    public static Program ofJar(Path jar) {
        return new Program(List.of("-jar", jar.toAbsolutePath().toString()));
    }

    /** Without the classes of tests and sandbox: the product never sees them. */
    public static Program ofClassPath() {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes/"))
                .collect(Collectors.joining(File.pathSeparator));
        return new Program(List.of("-cp", classPath, MAIN));
    }

    /** The whole command line. */
    public List<String> command(List<String> javaOptions, List<String> words) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(start);
        command.addAll(words);
        return command;
    }
}

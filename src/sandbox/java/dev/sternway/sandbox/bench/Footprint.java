package dev.sternway.sandbox.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of a Java process of this machine.
 *
 * @param resident megabytes that the kernel counts to the process
 * @param live megabytes of the heap in use right after a full collection
 */
record Footprint(double resident, double live) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern USED = Pattern.compile("\\bused (\\d+)K");

    static Footprint of(long pid) throws IOException {
        jcmd(pid, "GC.run");
        double live = Integer.parseInt(first(USED, jcmd(pid, "GC.heap_info"))) / 1024.0;
        String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
        return new Footprint(Long.parseLong(first(RESIDENT, status)) / 1024.0, live);
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + pattern + " in: " + text);
        }
        return matcher.group(1);
    }

    private static String jcmd(long pid, String command) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        try (InputStream output = process.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

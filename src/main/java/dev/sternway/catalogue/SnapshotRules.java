package dev.sternway.catalogue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What must be right about the parts of a snapshot that the schema cannot say. */
final class SnapshotRules {
    private final List<String> mistakes;
    private final List<String> warnings;

    SnapshotRules(List<String> mistakes, List<String> warnings) {
        this.mistakes = mistakes;
        this.warnings = warnings;
    }

    void look(ManagedSystem system, String place) {
        SnapshotPolicy policy = system.snapshot();
        if (policy.repository() != null) {
            absolute(place + "/repository/path", policy.repository().path());
            String push = policy.repository().push();
            if (push != null && push.startsWith("-")) {
                mistakes.add(
                        place + "/repository/push: must be the name or the address of a remote, got '" + push + "'");
            }
        }
        Map<String, SnapshotPolicy.Files> parts = new TreeMap<>();
        parts.put("configuration", policy.configuration());
        parts.put("packageLock", policy.packageLock());
        parts.put("artefacts", policy.artefacts());
        parts.forEach((name, files) -> {
            String at = place + "/" + name;
            if (files != null) {
                part(at, files);
            } else if (!name.equals("configuration") && !system.stores().isEmpty()) {
                warnings.add(at + ": is not said, so that no snapshot of '" + system.id() + "' makes it rollback-ready;"
                        + " name its paths, or why it is notApplicable");
            }
        });
    }

    private void part(String at, SnapshotPolicy.Files files) {
        if ((files.paths() == null) == (files.notApplicable() == null)) {
            mistakes.add(at + ": must have exactly one of paths and notApplicable");
        }
        if (files.paths() != null) {
            for (int i = 0; i < files.paths().size(); i++) {
                absolute(at + "/paths/" + i, files.paths().get(i));
            }
        }
    }

    private void absolute(String at, String path) {
        if (!path.startsWith("/") || path.contains("/../") || path.endsWith("/..")) {
            mistakes.add(at + ": must be an absolute path without '..', got '" + path + "'");
        }
    }
}

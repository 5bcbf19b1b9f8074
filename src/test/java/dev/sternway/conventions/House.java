package dev.sternway.conventions;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.sternway.port.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What models may name: forms, decisions, processes, classes, error codes and roles that exist. */
record House(
        Set<String> forms,
        Set<String> decisions,
        Set<String> processes,
        Set<String> engineClasses,
        Set<String> publicEngineClasses,
        Set<String> errorCodes,
        Set<String> roles) {

    private static final Path PROCESSES = Path.of("processes");
    private static final Path FORMS = Path.of("forms");
    private static final Set<String> ROLES = Set.of(
            "viewer",
            "operator",
            "engineer",
            "on-call",
            "deployment-lead",
            "incident-commander",
            "tech-lead",
            "project-manager",
            "devops",
            "operations-manager",
            "executive",
            "cto",
            "administrator");

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sternway");

    static House asItStands() {
        return new House(
                names(FORMS, ".form"),
                names(PROCESSES, ".dmn"),
                names(PROCESSES, ".bpmn"),
                engineClasses(false),
                engineClasses(true),
                Arrays.stream(ErrorCode.values()).map(Enum::name).collect(Collectors.toSet()),
                ROLES);
    }

    static List<Path> bpmn() {
        return files(PROCESSES, ".bpmn");
    }

    static List<Path> dmn() {
        return files(PROCESSES, ".dmn");
    }

    static List<Path> formFiles() {
        return files(FORMS, ".form");
    }

    /** The constants of the enum with the simple name, wherever in the product it is; empty when there is none. */
    static Optional<Set<String>> constantsOf(String simpleName) {
        return CLASSES.stream()
                .filter(type -> type.isEnum() && type.getSimpleName().equals(simpleName))
                .findFirst()
                .map(type -> type.getFields().stream()
                        .filter(field -> field.getRawType().equals(type))
                        .map(field -> field.getName())
                        .collect(Collectors.toSet()));
    }

    static String idOf(Path file) {
        return file.getFileName().toString().replaceFirst("\\.[a-z]+$", "");
    }

    private static Set<String> engineClasses(boolean onlyPublic) {
        return CLASSES.stream()
                .filter(type -> type.getPackageName().startsWith("dev.sternway.process"))
                .filter(type -> !onlyPublic || type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Path folder, String ending) {
        return files(folder, ending).stream().map(House::idOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> files(Path folder, String ending) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.sternway.conventions;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages follow the alert; only process/ knows the engine; only adapter/ knows a technology. */
class ArchitectureTest {
    private static final String BASE = "dev.sternway.";

    @ParameterizedTest(name = "{0} does not know {1}")
    @CsvSource(delimiter = '|', textBlock = """
            port,catalogue      | alert,evidence,decision,notification,plan,step,process,adapter,web,cli
            evidence            | alert,decision,notification,plan,step,process,adapter,web,cli
            alert               | decision,notification,plan,step,process,adapter,web,cli
            notification        | decision,plan,step,process,adapter,web,cli
            decision            | plan,step,process,adapter,web,cli
            plan                | step,process,adapter,web,cli
            step                | process,adapter,web,cli
            process             | adapter,web,cli
            adapter             | process,web,cli
            """)
    void packagesFollowTheAlert(String inner, String outer) {
        direction(inner, outer).check(House.CLASSES);
    }

    @Test
    void onlyTheProcessPackageKnowsTheEngine() {
        onlyIn("org.camunda..", "process", "web").check(House.CLASSES);
    }

    @Test
    void onlyAnAdapterKnowsTheContainerEngine() {
        onlyIn("com.github.dockerjava..", "adapter").check(House.CLASSES);
    }

    @Test
    void onlyAdaptersDatabaseAndCommandLineStartPrograms() {
        onlyIn("java.lang.ProcessBuilder", "adapter", "database", "cli").check(House.CLASSES);
    }

    @Test
    void onlyAdaptersAndCommandLineSpeakHttp() {
        onlyIn("java.net.http..", "adapter", "cli").check(House.CLASSES);
    }

    @Test
    void nothingInTheProcessPackageSleeps() {
        noSleep().check(House.CLASSES);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFieldInjection().check(House.CLASSES);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().assignedFrom(new Packages()).should().beFreeOfCycles().check(House.CLASSES);
    }

    @Test
    void adaptersDoNotKnowEachOtherInCircles() {
        slices().matching("dev.sternway.adapter.(*)..")
                .should()
                .beFreeOfCycles()
                .check(House.CLASSES);
    }

    @Test
    void everyPackageIsExplained() {
        assertThat(House.CLASSES.stream().map(JavaClass::getPackageName).distinct())
                .filteredOn(name -> name.startsWith(BASE))
                .allSatisfy(name -> assertThat(Path.of("src/main/java", name.replace('.', '/'), "package-info.java"))
                        .exists());
    }

    @Test
    void theRulesBite() {
        JavaClasses planted = new ClassFileImporter().importPackages("dev.sternway.conventions.planted");

        assertThatThrownBy(() -> noFieldInjection().check(planted)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> onlyIn("org.camunda..", "process").check(planted))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> onlyIn("java.lang.ProcessBuilder", "adapter").check(planted))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> noClasses()
                        .should(callMethod(Thread.class, "sleep", long.class))
                        .check(planted))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> noClasses()
                        .should(dependOnClassesThat(resideInAPackage("dev.sternway.adapter..")))
                        .check(planted))
                .isInstanceOf(AssertionError.class);
    }

    private static ArchRule direction(String inner, String outer) {
        return noClasses()
                .that(resideInAnyPackage(packages(inner)))
                .should(dependOnClassesThat(resideInAnyPackage(packages(outer))))
                .allowEmptyShould(true)
                .as(inner + " knows nothing of " + outer);
    }

    private static ArchRule onlyIn(String what, String... where) {
        return noClasses()
                .that(not(resideInAnyPackage(packages(String.join(",", where)))))
                .should(dependOnClassesThat(
                        what.endsWith("..")
                                ? resideInAPackage(what)
                                : HasName.Predicates.name(what).forSubtype()));
    }

    private static ArchRule noSleep() {
        return noClasses()
                .that(resideInAPackage(BASE + "process.."))
                .should(callMethod(Thread.class, "sleep", long.class))
                .orShould(callMethod(TimeUnit.class, "sleep", long.class))
                .orShould(dependOnClassesThat(resideInAPackage("java.util.concurrent.locks")));
    }

    private static ArchRule noFieldInjection() {
        return noFields()
                .should()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
                .orShould()
                .beAnnotatedWith("org.springframework.beans.factory.annotation.Value")
                .orShould()
                .beAnnotatedWith("jakarta.inject.Inject");
    }

    private static String[] packages(String names) {
        return Arrays.stream(names.strip().split(","))
                .map(name -> BASE + name + "..")
                .toArray(String[]::new);
    }

    /** One slice for each package below the base; port and catalogue are one, their words are the same. */
    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String name = type.getPackageName();
            if (!name.startsWith(BASE)) {
                return SliceIdentifier.ignore();
            }
            String slice = name.substring(BASE.length()).replaceFirst("\\..*", "");
            return SliceIdentifier.of(slice.equals("port") ? "catalogue" : slice);
        }

        @Override
        public String getDescription() {
            return "packages below dev.sternway";
        }
    }
}

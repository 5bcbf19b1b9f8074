package dev.sternway.catalogue;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonValue;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Something that can be rolled back: its services, stores, toggles and checks, as one file of the catalogue describes
 * them.
 *
 * @param id the id used in alerts, plans and evidence, equal to the file's name
 * @param title the name that people read
 * @param alerts which alerts are about this system
 * @param prometheus base address of the Prometheus that {@link Check.PrometheusQuery}s ask, or null
 * @param budgets how long each level may take
 * @param windows how long to measure, to watch and to keep watching
 * @param maintenance how its maintenance mode is switched, or null
 * @param backups when it is backed up by itself, and what is kept
 * @param snapshot what a snapshot before an upgrade keeps beside images and data
 */
public record ManagedSystem(
        String id,
        String title,
        AlertMatch alerts,
        URI prometheus,
        List<Service> services,
        List<Store> stores,
        List<Toggle> toggles,
        List<Check> checks,
        Budgets budgets,
        Windows windows,
        Maintenance maintenance,
        BackupPolicy backups,
        SnapshotPolicy snapshot) {

    public ManagedSystem {
        snapshot = snapshot == null ? SnapshotPolicy.NONE : snapshot;
    }

    /** A system of which a snapshot keeps images and data alone. */
    public ManagedSystem(
            String id,
            String title,
            AlertMatch alerts,
            URI prometheus,
            List<Service> services,
            List<Store> stores,
            List<Toggle> toggles,
            List<Check> checks,
            Budgets budgets,
            Windows windows,
            Maintenance maintenance,
            BackupPolicy backups) {
        this(
                id,
                title,
                alerts,
                prometheus,
                services,
                stores,
                toggles,
                checks,
                budgets,
                windows,
                maintenance,
                backups,
                SnapshotPolicy.NONE);
    }

    /** A system that is not backed up by schedule. */
    public ManagedSystem(
            String id,
            String title,
            AlertMatch alerts,
            URI prometheus,
            List<Service> services,
            List<Store> stores,
            List<Toggle> toggles,
            List<Check> checks,
            Budgets budgets,
            Windows windows,
            Maintenance maintenance) {
        this(
                id,
                title,
                alerts,
                prometheus,
                services,
                stores,
                toggles,
                checks,
                budgets,
                windows,
                maintenance,
                BackupPolicy.NONE);
    }

    /** A system without a maintenance mode, that is not backed up by schedule. */
    public ManagedSystem(
            String id,
            String title,
            AlertMatch alerts,
            URI prometheus,
            List<Service> services,
            List<Store> stores,
            List<Toggle> toggles,
            List<Check> checks,
            Budgets budgets,
            Windows windows) {
        this(id, title, alerts, prometheus, services, stores, toggles, checks, budgets, windows, null);
    }

    /** One label of an alert and the value that it must have. */
    public record LabelValue(String label, String value) {
        @Override
        public String toString() {
            return label + "=" + value;
        }
    }

    /** An alert is about the system when one of the labels has its value; written as one pair or as a list of them. */
    public record AlertMatch(@JsonValue List<LabelValue> anyOf) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public AlertMatch(@JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<LabelValue> anyOf) {
            this.anyOf = List.copyOf(anyOf);
        }

        public AlertMatch(String label, String value) {
            this(List.of(new LabelValue(label, value)));
        }

        /** True when an alert with these labels is about the system. */
        public boolean matches(Map<String, String> labels) {
            return anyOf.stream().anyMatch(each -> each.value().equals(labels.get(each.label())));
        }

        @Override
        public String toString() {
            return anyOf.stream().map(LabelValue::toString).collect(Collectors.joining(" or "));
        }
    }

    /** Time budgets of the levels, from a level's start to its proof; the defaults are 2, 15 and 45 minutes (S2-05). */
    public record Budgets(Duration toggle, Duration release, Duration restore) {
        public static final Budgets DEFAULT =
                new Budgets(Duration.ofMinutes(2), Duration.ofMinutes(15), Duration.ofMinutes(45));

        public Duration of(int level) {
            return switch (level) {
                case 1 -> toggle;
                case 2 -> release;
                case 3 -> restore;
                default -> throw new IllegalArgumentException("levels are 1, 2 and 3, got " + level);
            };
        }
    }

    /**
     * How long Sternway looks before it believes.
     *
     * @param measure after a level's proof, at most this long until "was it enough?" must be answered; default 1 min
     * @param stabilityToggle watch after level 1; default 5 min
     * @param stabilityRelease watch after level 2; default 5 min (S2-11)
     * @param stabilityRestore watch after level 3; default 15 min (S2-14)
     * @param beforeClose watch before the incident is called closed; default 30 min (S2-22, S4-23)
     * @param afterClose last watch, a relapse in it re-opens; default 60 min (S3-14)
     * @param decisionMinute how long one minute of the decision tables' durations lasts; default 1 min
     */
    public record Windows(
            Duration measure,
            Duration stabilityToggle,
            Duration stabilityRelease,
            Duration stabilityRestore,
            Duration beforeClose,
            Duration afterClose,
            Duration decisionMinute) {
        public static final Windows DEFAULT = new Windows(
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofMinutes(5),
                Duration.ofMinutes(15),
                Duration.ofMinutes(30),
                Duration.ofMinutes(60),
                Duration.ofMinutes(1));

        public Duration stabilityOf(int level) {
            return switch (level) {
                case 1 -> stabilityToggle;
                case 2 -> stabilityRelease;
                case 3 -> stabilityRestore;
                default -> throw new IllegalArgumentException("levels are 1, 2 and 3, got " + level);
            };
        }

        /** True when a window is not the sources' figure, so that page, ledger and verdict must say so. */
        public boolean shortened() {
            return !equals(DEFAULT);
        }
    }

    public Service service(String serviceId) {
        return find(services, Service::id, serviceId, "service");
    }

    public Store store(String storeId) {
        return find(stores, Store::id, storeId, "store");
    }

    public Toggle toggle(String toggleId) {
        return find(toggles, Toggle::id, toggleId, "toggle");
    }

    private <T> T find(List<T> all, java.util.function.Function<T, String> idOf, String wanted, String what) {
        Optional<T> found =
                all.stream().filter(each -> idOf.apply(each).equals(wanted)).findFirst();
        return found.orElseThrow(() -> new IllegalArgumentException("system '" + id + "' has no " + what + " '" + wanted
                + "'; it has " + all.stream().map(idOf).toList()));
    }
}

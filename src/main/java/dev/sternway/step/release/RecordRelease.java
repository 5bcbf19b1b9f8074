package dev.sternway.step.release;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.service.ReportedVersion;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Writes down how a system runs now, before an upgrade: what level 2 goes back to. */
@Component
public class RecordRelease {
    private final ContainerHost host;
    private final DataStores stores;
    private final ReleaseLedger ledger;
    private final ReportedVersion versions;

    RecordRelease(ContainerHost host, DataStores stores, ReleaseLedger ledger, ReportedVersion versions) {
        this.host = host;
        this.stores = stores;
        this.ledger = ledger;
        this.versions = versions;
    }

    /**
     * Records all services but the infrastructure, and the schema version of every store.
     *
     * @param version as people name it, e.g. {@code 1.4.0}
     * @throws Refusal when a service does not run, or reports another version: such a release could never be proved
     */
    public Release record(ManagedSystem system, String version) {
        Map<String, RecordedService> services = new TreeMap<>();
        for (Service service : system.services()) {
            if (!service.infrastructure()) {
                services.put(service.id(), recorded(service, version));
            }
        }
        Map<String, String> schemaVersions = new TreeMap<>();
        for (Store store : stores.backedUp(system)) {
            String schema = store.schemaVersion() == null
                    ? stores.of(store).identify(system, store).schemaVersion()
                    : stores.of(store).query(system, store, store.schemaVersion());
            if (schema != null) {
                schemaVersions.put(store.id(), schema);
            }
        }
        int number = ledger.list(system.id()).size() + 1;
        Release release = new Release(
                system.id() + "@" + version + "#" + number,
                system.id(),
                version,
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                services,
                schemaVersions);
        ledger.save(release);
        return release;
    }

    private RecordedService recorded(Service service, String version) {
        Container container = host.find(service.container())
                .filter(Container::running)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.CONTAINER_NOT_FOUND,
                        "container '" + service.container() + "' of service '" + service.id() + "' does not run",
                        "start it, then record the release: only what runs well is worth going back to."));
        Optional<String> reported = versions.of(service);
        if (versions.isReportedBy(service) && !reported.equals(Optional.of(version))) {
            throw new Refusal(
                    ErrorCode.RELEASE_NOT_PROVED,
                    "service '" + service.id() + "' reports version '" + reported.orElse("none")
                            + "', to be recorded as '" + version + "'",
                    "give the version that runs, or correct 'ready.version' in the catalogue.");
        }
        return new RecordedService(
                container.imageId(),
                container.imageName(),
                host.repositoryDigest(container.imageId()).orElse(null),
                host.specification(container.id()));
    }
}

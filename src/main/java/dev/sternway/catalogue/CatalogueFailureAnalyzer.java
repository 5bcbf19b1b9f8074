package dev.sternway.catalogue;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the catalogue's mistakes instead of a stack trace when Sternway does not start for them. */
final class CatalogueFailureAnalyzer extends AbstractFailureAnalyzer<CatalogueException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, CatalogueException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the files named above; systems/EXAMPLE.yaml shows every key. Nothing was started.",
                cause);
    }
}

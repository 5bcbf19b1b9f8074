package dev.sternway.cli;

import dev.sternway.port.OutsideException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what outside kept Sternway from starting, without a stack trace. */
class OutsideFailureAnalyzer extends AbstractFailureAnalyzer<OutsideException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OutsideException cause) {
        return new FailureAnalysis(cause.getMessage(), null, cause);
    }
}

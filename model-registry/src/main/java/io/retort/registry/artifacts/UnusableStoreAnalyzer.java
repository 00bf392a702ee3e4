package io.retort.registry.artifacts;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Says at the end of the log why the registry did not start, in place of a stack trace.
final class UnusableStoreAnalyzer extends AbstractFailureAnalyzer<UnusableStoreException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, UnusableStoreException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
    }
}

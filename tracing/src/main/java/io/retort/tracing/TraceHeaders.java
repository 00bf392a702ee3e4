package io.retort.tracing;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells which trace the calling thread is in, as headers of a record that is sent later or by
/// another thread.
public final class TraceHeaders {

    private final @Nullable Tracer tracer;
    private final @Nullable Propagator propagator;

    TraceHeaders(@Nullable Tracer tracer, @Nullable Propagator propagator) {
        this.tracer = tracer;
        this.propagator = propagator;
    }

    /// Of nobody, ever.
    public static TraceHeaders none() {
        return new TraceHeaders(null, null);
    }

    /// `traceparent` of the W3C's Trace Context; empty where there is no trace.
    public Map<String, String> current() {
        Span span = tracer == null ? null : tracer.currentSpan();
        if (span == null || propagator == null) {
            return Map.of();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        propagator.inject(
                span.context(),
                headers,
                (all, name, value) -> {
                    if (all != null) {
                        all.put(name, value);
                    }
                });
        return headers;
    }
}

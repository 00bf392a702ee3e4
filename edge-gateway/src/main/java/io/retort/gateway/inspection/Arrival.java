package io.retort.gateway.inspection;

import io.retort.gateway.assessment.CaptureBuilder;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What came next on a stream.
sealed interface Arrival {

    /// Null where it did not get as far as its id.
    @Nullable String id();

    /// @param time when it was taken, where the drone says so
    /// @param payloads put what the sensors saw into a capture
    record Frame(
            @Nullable String id,
            Position position,
            @Nullable Instant time,
            Consumer<CaptureBuilder> payloads)
            implements Arrival {}

    /// The stream goes on behind it.
    record Broken(@Nullable String id, RuntimeException cause) implements Arrival {}
}

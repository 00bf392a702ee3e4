package io.retort.gateway.bulk;

import io.retort.gateway.assessment.CaptureBuilder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One item as it came.
sealed interface Item {

    @Nullable String id();

    record Whole(@Nullable String id, @Nullable String station, Consumer<CaptureBuilder> payloads)
            implements Item {}

    record Broken(@Nullable String id, RuntimeException cause) implements Item {}
}

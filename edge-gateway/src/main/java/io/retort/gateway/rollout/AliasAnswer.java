package io.retort.gateway.rollout;

import io.retort.gateway.inference.ModelVersion;
import org.jspecify.annotations.Nullable;

/// What the registry says about the alias.
sealed interface AliasAnswer {

    record Unchanged() implements AliasAnswer {}

    /// @param etag names this answer in the next question
    record Release(ModelVersion version, long bytes, @Nullable String etag)
            implements AliasAnswer {}
}

package io.retort.gateway.rollout;

import io.retort.gateway.power.PowerMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the registry says about the alias.
sealed interface AliasAnswer {

    record Unchanged() implements AliasAnswer {}

    /// @param choices by power mode, for every one
    /// @param etag names this answer in the next question
    record Release(Map<PowerMode, Choice> choices, @Nullable String etag) implements AliasAnswer {}
}

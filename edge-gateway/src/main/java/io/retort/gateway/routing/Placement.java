package io.retort.gateway.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where an item goes, and why.
///
/// @param route null where the model says nothing of quality, and no bin takes the item
/// @param bin that takes it; null where the policy has no bins, or none may
/// @param expectedValue of that bin, or of somebody looking; null without bins
/// @param reason in one sentence
/// @param options every bin, best first
public record Placement(
        @Nullable Route route,
        @Nullable String bin,
        @Nullable Double expectedValue,
        String reason,
        List<Option> options) {

    /// @param refused why the bin may not take the item; null where it may
    public record Option(String bin, double expectedValue, @Nullable String refused) {}
}

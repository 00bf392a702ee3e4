package io.retort.gateway.rollout;

import io.retort.gateway.rollout.RolloutException.Reason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What serves now and how the last rollout went. Version, digest and what follows are null before
/// the first model.
///
/// @param since when the model was first put into use on this gateway
/// @param lastCheck when the registry was last asked, whatever it answered
record RolloutState(
        String model,
        String alias,
        String variant,
        boolean loaded,
        @Nullable Integer version,
        @Nullable String digest,
        @Nullable Long bytes,
        @Nullable Instant since,
        @Nullable String schema,
        List<String> modalities,
        List<String> heads,
        @Nullable Instant lastCheck,
        @Nullable Problem lastProblem) {

    /// @param attempts in a row that failed
    /// @param solved whether a later attempt went well
    record Problem(Reason reason, String detail, Instant at, int attempts, boolean solved) {

        Problem asSolved() {
            return new Problem(reason, detail, at, attempts, true);
        }
    }
}

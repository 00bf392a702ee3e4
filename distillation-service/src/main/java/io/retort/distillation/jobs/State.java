package io.retort.distillation.jobs;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.retort.distillation.progress.Part;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.training.Outcome;
import io.retort.learning.training.Progress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far a job is.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = State.Queued.class, name = "queued"),
    @JsonSubTypes.Type(value = State.Running.class, name = "running"),
    @JsonSubTypes.Type(value = State.Succeeded.class, name = "succeeded"),
    @JsonSubTypes.Type(value = State.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = State.Cancelled.class, name = "cancelled")
})
sealed interface State {

    record Queued() implements State {}

    /// @param progress of the phase's training; null in phases that train nothing, and before the
    ///   first epoch's end
    /// @param part of the phase that was heard of last; null in phases that have none
    record Running(Instant started, Phase phase, @Nullable Progress progress, @Nullable Part part)
            implements State {}

    record Succeeded(Instant started, Instant ended, Outcome result) implements State {}

    /// @param publishable whether a finished model waits in the job's folder to be published
    record Failed(@Nullable Instant started, Instant ended, String problem, boolean publishable)
            implements State {}

    /// @param started null where the job was cancelled before it ran
    record Cancelled(@Nullable Instant started, Instant ended) implements State {}

    /// As in JSON.
    default Kind kind() {
        return switch (this) {
            case Queued _ -> Kind.QUEUED;
            case Running _ -> Kind.RUNNING;
            case Succeeded _ -> Kind.SUCCEEDED;
            case Failed _ -> Kind.FAILED;
            case Cancelled _ -> Kind.CANCELLED;
        };
    }

    default boolean over() {
        return switch (this) {
            case Queued _, Running _ -> false;
            case Succeeded _, Failed _, Cancelled _ -> true;
        };
    }
}

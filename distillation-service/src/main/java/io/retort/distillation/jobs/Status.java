package io.retort.distillation.jobs;

import io.retort.distillation.progress.Part;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.training.Order;
import io.retort.distillation.training.Outcome;
import io.retort.learning.training.Progress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A [Job] as callers see it; what its state has not is left out.
///
/// @param phase of a running job; `part` and progress where the phase has them
/// @param problem of a failed job; `publishable` where a finished model waits to be published
record Status(
        String id,
        Instant created,
        Kind state,
        @Nullable Instant started,
        @Nullable Instant ended,
        @Nullable Phase phase,
        @Nullable Part part,
        @Nullable Progress progress,
        @Nullable String problem,
        @Nullable Boolean publishable,
        @Nullable Outcome result,
        Order plan) {

    static Status of(Job job) {
        return switch (job.state()) {
            case State.Queued _ -> of(job, null, null, null, null, null, null);
            case State.Running s -> of(job, s.started(), null, s, null, null, null);
            case State.Succeeded s -> of(job, s.started(), s.ended(), null, null, null, s.result());
            case State.Failed s ->
                    of(job, s.started(), s.ended(), null, s.problem(), s.publishable(), null);
            case State.Cancelled s -> of(job, s.started(), s.ended(), null, null, null, null);
        };
    }

    private static Status of(
            Job job,
            @Nullable Instant started,
            @Nullable Instant ended,
            State.@Nullable Running running,
            @Nullable String problem,
            @Nullable Boolean publishable,
            @Nullable Outcome result) {
        return new Status(
                job.id(),
                job.created(),
                job.state().kind(),
                started,
                ended,
                running == null ? null : running.phase(),
                running == null ? null : running.part(),
                running == null ? null : running.progress(),
                problem,
                publishable,
                result,
                job.plan());
    }
}

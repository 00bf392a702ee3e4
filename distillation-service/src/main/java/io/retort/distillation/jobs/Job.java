package io.retort.distillation.jobs;

import io.retort.distillation.training.Plan;
import java.time.Instant;

/// One order for a model, as on disk; [Status] is what callers see.
record Job(String id, Instant created, Plan plan, State state) {

    Job with(State next) {
        return new Job(id, created, plan, next);
    }
}

package io.retort.distillation.jobs;

import io.retort.distillation.training.Order;
import java.time.Instant;

/// One order, as on disk; [Status] is what callers see.
record Job(String id, Instant created, Order plan, State state) {

    Job with(State next) {
        return new Job(id, created, plan, next);
    }
}

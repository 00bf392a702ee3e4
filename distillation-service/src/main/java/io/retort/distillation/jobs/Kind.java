package io.retort.distillation.jobs;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// The kinds of [State].
enum Kind {
    QUEUED,
    RUNNING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.retort.distillation.progress;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What a running job is busy with, in the order in which it comes. After freezing, a sweep has one
/// phase and other jobs have all others.
public enum Phase {
    FREEZING,
    SWEEP,
    GATE,
    STUDENT,
    TWIN,
    EXPORT,
    EVALUATION,
    CARD,
    PUBLISHING;

    /// As in JSON and in problems.
    @JsonValue
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

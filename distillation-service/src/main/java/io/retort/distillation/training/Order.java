package io.retort.distillation.training;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.retort.contract.schema.Schema;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Recipe;
import org.jspecify.annotations.Nullable;

/// What a job is told to do. JSON that names no kind is a [Plan]'s.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind", defaultImpl = Plan.class)
@JsonSubTypes({
    @JsonSubTypes.Type(value = Plan.class, name = "student"),
    @JsonSubTypes.Type(value = SweepOrder.class, name = "sweep")
})
public sealed interface Order permits Plan, SweepOrder {

    /// Whose captures are learnt from.
    Schema schema();

    /// What students see and answer.
    Schema studentSchema();

    HeldOut heldOut();

    Recipe recipe();

    /// Version whose soft targets alone are learnt from; null takes every teacher's.
    @Nullable String teacher();
}

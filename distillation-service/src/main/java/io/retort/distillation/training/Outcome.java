package io.retort.distillation.training;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What became of an [Order]. JSON that names no kind is a [Result]'s.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind", defaultImpl = Result.class)
@JsonSubTypes({
    @JsonSubTypes.Type(value = Result.class, name = "student"),
    @JsonSubTypes.Type(value = SweepResult.class, name = "sweep")
})
public sealed interface Outcome permits Result, SweepResult {}

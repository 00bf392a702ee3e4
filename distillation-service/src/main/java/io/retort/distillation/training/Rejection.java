package io.retort.distillation.training;

/// A sample that was left out because it does not fit the schema.
///
/// @param id of the capture
/// @param problem names the field
public record Rejection(String id, String problem) {}

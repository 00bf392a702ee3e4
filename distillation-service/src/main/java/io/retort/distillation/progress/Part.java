package io.retort.distillation.progress;

/// One of several things that a phase works on side by side.
///
/// @param stage what it is busy with
/// @param finished parts of `parts` that are done with
public record Part(String name, String stage, int finished, int parts) {}

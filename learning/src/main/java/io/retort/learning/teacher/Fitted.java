package io.retort.learning.teacher;

import org.jspecify.annotations.Nullable;

/// A teacher as it comes out of training.
///
/// @param outOfFold null where no example could be answered out of fold
public record Fitted(EnsembleWeights weights, @Nullable OutOfFold outOfFold) {}

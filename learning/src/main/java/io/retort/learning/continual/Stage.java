package io.retort.learning.continual;

import io.retort.learning.training.Progress;

/// How far a task is.
public sealed interface Stage {

    /// The student is trained.
    record Trained(Progress progress) implements Stage {}

    /// Importances are measured; `done` examples of `samples` at most.
    record Measured(int done, int samples) implements Stage {}
}

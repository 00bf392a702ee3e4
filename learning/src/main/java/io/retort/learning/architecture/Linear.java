package io.retort.learning.architecture;

/// y = x W^T + b. Parameters `weight`: outputs x inputs, `bias`: outputs.
public record Linear(int inputs, int outputs) implements Layer {}

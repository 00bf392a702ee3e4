package io.retort.learning.architecture;

/// Element-wise max(x, 0). Without parameters.
public record Activation() implements Layer {}

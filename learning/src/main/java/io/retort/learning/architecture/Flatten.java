package io.retort.learning.architecture;

/// batch x channels x h x w becomes batch x (channels * h * w), row by row.
public record Flatten() implements Layer {}

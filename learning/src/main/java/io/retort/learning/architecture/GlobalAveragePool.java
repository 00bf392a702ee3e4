package io.retort.learning.architecture;

/// Mean over height and width: batch x channels x h x w becomes batch x channels.
public record GlobalAveragePool() implements Layer {}

package io.retort.gateway.power;

/// There is more to spend than before, or less.
public record PowerChanged(PowerMode mode) {}

package io.retort.contract.schema;

/// Centres each vector on its own mean and divides by its own standard deviation, which removes
/// scatter and distance effects (Barnes, Dhanoa & Lister 1989). A constant vector becomes zeros.
public record StandardNormalVariate() implements Treatment {}

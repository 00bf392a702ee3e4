package io.retort.learning.training;

/// How far a run is.
///
/// @param epoch epochs done, of `epochs`
/// @param loss mean over the epoch's steps
public record Progress(int epoch, int epochs, double loss, double examplesPerSecond) {}

package io.retort.learning.training;

/// How far a run is.
///
/// @param epoch epochs done, of `epochs`
/// @param loss mean over the epoch's steps
/// @param rate learning rate of the epoch
public record Progress(int epoch, int epochs, double loss, double rate, double examplesPerSecond) {}

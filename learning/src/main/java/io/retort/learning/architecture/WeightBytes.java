package io.retort.learning.architecture;

/// Estimated size of a network's weights once batch normalisation is folded away; a file adds its
/// graph to it.
///
/// @param fp32 4 bytes a weight and a bias
/// @param int8 1 byte a weight, 4 a bias and 4 a scale, one of each an output channel
public record WeightBytes(long fp32, long int8) {}

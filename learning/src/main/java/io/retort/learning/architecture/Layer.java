package io.retort.learning.architecture;

/// One step of an encoder. Activations are batch x channels x height x width until
/// [GlobalAveragePool] or [Flatten] makes them batch x width.
///
/// Parameters of layer i of the encoder of modality m are named `encoders.m.i.weight` and so on.
public sealed interface Layer
        permits Convolution, BatchNormalization, Activation, GlobalAveragePool, Flatten, Linear {}

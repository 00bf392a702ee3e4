package io.retort.learning.architecture;

/// Batch normalisation over channels (Ioffe & Szegedy 2015). Parameters `gamma`, `beta` and the
/// statistics `mean`, `variance`, each of `channels` values.
public record BatchNormalization(int channels) implements Layer {

    public static final float EPSILON = 1e-5f;

    /// Share of the new batch in the running statistics, which inference normalises by.
    public static final float MOMENTUM = 0.1f;
}

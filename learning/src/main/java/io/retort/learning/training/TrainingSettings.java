package io.retort.learning.training;

/// How long and how fast to train.
///
/// @param epochs passes over the examples
/// @param batch examples a step; an epoch's last examples are spread over its steps
/// @param learningRate of AdamW, multiplied by decayFactor after every decayEvery epochs
/// @param clipNorm largest global L2 norm of the gradient
/// @param modalityDropout probability that a present modality is hidden from one example in one
///   step; at least one always stays
/// @param augment whether images are flipped at random, which keeps their labels
public record TrainingSettings(
        int epochs,
        int batch,
        double learningRate,
        double weightDecay,
        double clipNorm,
        int decayEvery,
        double decayFactor,
        double modalityDropout,
        boolean augment,
        long seed) {

    public TrainingSettings {
        require(epochs >= 1 && epochs <= 1_000_000, "epochs", epochs);
        require(batch >= 2 && batch <= 4096, "batch", batch);
        require(learningRate > 0 && learningRate <= 1, "learningRate", learningRate);
        require(weightDecay >= 0 && weightDecay <= 1, "weightDecay", weightDecay);
        require(clipNorm > 0, "clipNorm", clipNorm);
        require(decayEvery >= 1, "decayEvery", decayEvery);
        require(decayFactor > 0 && decayFactor <= 1, "decayFactor", decayFactor);
        require(modalityDropout >= 0 && modalityDropout < 1, "modalityDropout", modalityDropout);
    }

    public static TrainingSettings teacher() {
        return new TrainingSettings(60, 32, 1e-3, 1e-2, 1.0, 20, 0.5, 0.3, true, 1);
    }

    public static TrainingSettings student() {
        return new TrainingSettings(60, 64, 2e-3, 1e-4, 1.0, 20, 0.5, 0, true, 1);
    }

    /// Learning rate of an epoch counted from 0; the first decay comes after decayEvery epochs.
    double rateAt(int epoch) {
        return learningRate * Math.pow(decayFactor, Math.floorDiv(epoch, decayEvery));
    }

    private static void require(boolean allowed, String field, double value) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    "settings." + field + ": " + value + " is not allowed");
        }
    }
}

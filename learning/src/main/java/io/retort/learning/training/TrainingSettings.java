package io.retort.learning.training;

import java.util.function.Consumer;

/// How long and how fast to train.
///
/// @param epochs passes over the examples, more where that would be fewer than minimumSteps
/// @param minimumSteps optimiser steps that few examples are passed over again for
/// @param batch examples a step at most, but never fewer than 2; an epoch spreads its examples
///   evenly over its steps
/// @param learningRate of AdamW, multiplied by decayFactor after every decayEvery of the epochs;
///   where minimumSteps stretches the epochs, it stretches this too
/// @param clipNorm largest global L2 norm of the gradient
/// @param modalityDropout probability that a present modality is hidden from one example in one
///   step; at least one always stays
/// @param averaging decay of the exponential moving average of the weights, which is what comes out
///   (Polyak & Juditsky 1992; as a decay, Tarvainen & Valpola 2017, eq. 1); 0 takes the last ones
public record TrainingSettings(
        int epochs,
        int minimumSteps,
        int batch,
        double learningRate,
        double weightDecay,
        double clipNorm,
        int decayEvery,
        double decayFactor,
        double modalityDropout,
        double averaging,
        Augmentation augmentation,
        long seed) {

    public TrainingSettings {
        require(epochs >= 1 && epochs <= 1_000_000, "epochs", epochs);
        require(minimumSteps >= 1 && minimumSteps <= 10_000_000, "minimumSteps", minimumSteps);
        require(batch >= 2 && batch <= 4096, "batch", batch);
        require(learningRate > 0 && learningRate <= 1, "learningRate", learningRate);
        require(weightDecay >= 0 && weightDecay <= 1, "weightDecay", weightDecay);
        require(clipNorm > 0, "clipNorm", clipNorm);
        require(decayEvery >= 1, "decayEvery", decayEvery);
        require(decayFactor > 0 && decayFactor <= 1, "decayFactor", decayFactor);
        require(modalityDropout >= 0 && modalityDropout < 1, "modalityDropout", modalityDropout);
        require(averaging >= 0 && averaging < 1, "averaging", averaging);
    }

    /// Enough steps for dozens of classes with a few examples each. More let the images of a
    /// handful of examples in, and its held-out accuracy falls.
    public static TrainingSettings teacher() {
        return new TrainingSettings(
                30, 300, 32, 1e-3, 1e-2, 1.0, 10, 0.5, 0.2, 0, Augmentation.slight(), 1);
    }

    /// The average over some 20 steps is steadier than the last of them where batches are small. A
    /// student of few examples learns their photos by heart if it sees them much more often.
    public static TrainingSettings student() {
        return new TrainingSettings(
                40, 100, 64, 2e-3, 1e-4, 1.0, 14, 0.5, 0, 0.95, Augmentation.slight(), 1);
    }

    /// The article's: 100 epochs of AdamW at 1e-4 with weight decay 1e-5, the gradient clipped at
    /// 1, the rate times 0.9 every 20 epochs (which it prints so as to decay at epoch 0 too).
    public static TrainingSettings article() {
        return new TrainingSettings(
                100, 1, 64, 1e-4, 1e-5, 1.0, 20, 0.9, 0, 0, Augmentation.slight(), 1);
    }

    /// Optimiser steps in one pass over so many examples.
    public int stepsPerEpoch(int examples) {
        return Math.clamp(Math.ceilDiv(examples, batch), 1, Math.max(1, examples / 2));
    }

    /// Passes over so many examples in one run.
    public int epochsFor(int examples) {
        return Math.max(epochs, Math.ceilDiv(minimumSteps, stepsPerEpoch(examples)));
    }

    /// Optimiser steps of one run over so many examples.
    public int stepsFor(int examples) {
        return epochsFor(examples) * stepsPerEpoch(examples);
    }

    /// As these, with another number of epochs.
    public TrainingSettings withEpochs(int other) {
        return with(draft -> draft.epochs = other);
    }

    /// As these, with another least number of steps: a run that is to be compared with another one
    /// takes as many.
    public TrainingSettings withMinimumSteps(int steps) {
        return with(draft -> draft.minimumSteps = steps);
    }

    /// As these, with another batch size.
    public TrainingSettings withBatch(int other) {
        return with(draft -> draft.batch = other);
    }

    /// As these, with another learning rate.
    public TrainingSettings withLearningRate(double other) {
        return with(draft -> draft.learningRate = other);
    }

    /// As these, with another decay of the average.
    public TrainingSettings withAveraging(double other) {
        return with(draft -> draft.averaging = other);
    }

    /// As these, with another augmentation.
    public TrainingSettings withAugmentation(Augmentation other) {
        return with(draft -> draft.augmentation = other);
    }

    /// As these, with another seed.
    public TrainingSettings withSeed(long other) {
        return with(draft -> draft.seed = other);
    }

    /// Learning rate of one epoch of `planned`, counted from 0; the first decay comes after
    /// decayEvery epochs.
    double rateAt(int epoch, int planned) {
        int unstretched = (int) ((long) epoch * epochs / planned);
        return learningRate * Math.pow(decayFactor, Math.floorDiv(unstretched, decayEvery));
    }

    private TrainingSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /// Settings while one of them is changed.
    private static final class Draft {

        private int epochs;
        private int minimumSteps;
        private int batch;
        private double learningRate;
        private double weightDecay;
        private double clipNorm;
        private int decayEvery;
        private double decayFactor;
        private double modalityDropout;
        private double averaging;
        private Augmentation augmentation;
        private long seed;

        Draft(TrainingSettings from) {
            epochs = from.epochs;
            minimumSteps = from.minimumSteps;
            batch = from.batch;
            learningRate = from.learningRate;
            weightDecay = from.weightDecay;
            clipNorm = from.clipNorm;
            decayEvery = from.decayEvery;
            decayFactor = from.decayFactor;
            modalityDropout = from.modalityDropout;
            averaging = from.averaging;
            augmentation = from.augmentation;
            seed = from.seed;
        }

        TrainingSettings settings() {
            return new TrainingSettings(
                    epochs,
                    minimumSteps,
                    batch,
                    learningRate,
                    weightDecay,
                    clipNorm,
                    decayEvery,
                    decayFactor,
                    modalityDropout,
                    averaging,
                    augmentation,
                    seed);
        }
    }

    private static void require(boolean allowed, String field, double value) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    "settings." + field + ": " + value + " is not allowed");
        }
    }
}

package io.retort.learning.continual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.loss.Scalar;
import io.retort.learning.model.InputBatch;
import io.retort.learning.model.Network;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/// The diagonal of a network's Fisher information (Kirkpatrick et al. 2017, eq. 3): for each value,
/// the mean over examples of the squared derivative of the log-likelihood of the heads' answers.
///
/// Squared example by example: the square of a batch's mean derivative is another thing, near 0
/// wherever training has come to rest. The network is as in inference: running statistics, no
/// dropout.
///
/// Classification heads are categorical. Regression heads are normal with a deviation of half the
/// head's range, whose negative log-likelihood is the `2 (f - y)^2` that
/// [io.retort.learning.training.Recipe#annotations] trains.
///
/// @param labels whose derivatives are taken
/// @param samples examples looked at, at most; drawn by the seed
public record Fisher(Labels labels, int samples, long seed) {

    private static final double VARIANCE = 0.25;

    /// Where the labels of the log-likelihood come from.
    public enum Labels {
        /// The annotations: the empirical Fisher. Where the network is right and sure the
        /// derivative is nearly 0, so that it speaks of the examples that were not learnt
        /// (Kunstner, Balles & Hennig 2019).
        GIVEN,
        /// The network's own answers, drawn from its distribution: the Fisher information itself.
        SAMPLED
    }

    public Fisher {
        if (samples < 1) {
            throw new IllegalArgumentException("fisher.samples: " + samples + " is below 1");
        }
    }

    /// Divided by its mean, so that a penalty's strength means the same for every task, however
    /// sure the network is of it (Schwarz et al. 2018, section 3.2, normalise too).
    ///
    /// @param examples of which those with a label of the schema are looked at
    /// @param progress told how many examples are done
    /// @param cancelled asked before every example
    /// @throws CancellationException when cancelled
    /// @throws IllegalArgumentException where every derivative is 0, or one is no number
    public Importance of(
            Architecture architecture,
            Schema schema,
            Weights weights,
            List<Example> examples,
            IntConsumer progress,
            BooleanSupplier cancelled) {
        Map<String, float[]> squares =
                squares(architecture, schema, weights, examples, progress, cancelled);
        double sum = 0;
        long size = 0;
        for (float[] values : squares.values()) {
            for (float value : values) {
                sum += value;
            }
            size += values.length;
        }
        if (!(sum > 0) || Double.isInfinite(sum)) {
            throw new IllegalArgumentException(
                    "the squared derivatives of %d examples sum to %s: nothing to hold on to"
                            .formatted(examples.size(), sum));
        }
        double scale = size / sum;
        squares.forEach((name, values) -> {
            double range = range(schema, name);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] * scale / (range * range));
            }
        });
        return new Importance(squares);
    }

    /// Mean squared derivatives by parameter, those of regression heads by values that are shares
    /// of the head's range.
    Map<String, float[]> squares(
            Architecture architecture,
            Schema schema,
            Weights weights,
            List<Example> examples,
            IntConsumer progress,
            BooleanSupplier cancelled) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Example> chosen = chosen(architecture, schema, examples, random);
        Map<String, double[]> sums = new LinkedHashMap<>();
        try (Network network = new Network(architecture, weights, true)) {
            Map<String, NDArray> parameters = network.parameters();
            parameters.forEach((name, values) -> sums.put(name, new double[(int) values.size()]));
            for (int i = 0; i < chosen.size(); i++) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("cancelled after example " + i);
                }
                Example example = chosen.get(i);
                try (NDManager step = Network.newManager()) {
                    InputBatch input = InputBatch.of(step, architecture, List.of(example.inputs()));
                    Network.Outputs outputs =
                            network.forward(input.tensors(), input.presence(), null);
                    Network.backward(logLikelihood(schema, example, outputs, random));
                    parameters.forEach((name, parameter) -> {
                        NDArray gradient = parameter.getGradient();
                        gradient.attach(step);
                        add(name, sums, gradient.toFloatArray(), range(schema, name));
                        // PyTorch adds to gradients, so the next example must find zeros.
                        gradient.subi(gradient);
                    });
                }
                progress.accept(i + 1);
            }
        }
        Map<String, float[]> means = new LinkedHashMap<>();
        sums.forEach((name, sum) -> {
            float[] mean = new float[sum.length];
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (float) (sum[i] / chosen.size());
            }
            means.put(name, mean);
        });
        return means;
    }

    private static void add(
            String name, Map<String, double[]> sums, float[] gradient, double range) {
        double[] sum = sums.get(name);
        if (sum == null) {
            throw new IllegalStateException("no sum of " + name);
        }
        for (int i = 0; i < sum.length; i++) {
            // By the chain rule: a value in the head's unit is its share times the range.
            double derivative = gradient[i] * range;
            sum[i] += derivative * derivative;
        }
    }

    /// A scalar of the step's manager.
    private NDArray logLikelihood(
            Schema schema, Example example, Network.Outputs outputs, SplittableRandom random) {
        NDArray sum = null;
        for (Map.Entry<String, Head> entry : schema.heads().entrySet()) {
            String name = entry.getKey();
            Float target = example.targets().get(name);
            NDArray output = outputs.heads().get(name);
            if (target != null && output != null) {
                NDArray one =
                        switch (entry.getValue()) {
                            case ClassificationHead c ->
                                    ofClass(output, category(output, target, random), c.width());
                            case RegressionHead r -> ofValue(output, target, r, random);
                        };
                sum = sum == null ? one : sum.add(one);
            }
        }
        if (sum == null) {
            throw new IllegalStateException(example.id() + " has no label of the schema");
        }
        return sum;
    }

    private static NDArray ofClass(NDArray logits, int category, int width) {
        float[] row = new float[width];
        row[category] = 1;
        NDArray chosen = logits.getManager().create(row, new Shape(1, width));
        return logits.logSoftmax(1).mul(chosen).sum();
    }

    private NDArray ofValue(
            NDArray output, float target, RegressionHead head, SplittableRandom random) {
        double range = head.maximum() - head.minimum();
        float value =
                switch (labels) {
                    case GIVEN -> target;
                    case SAMPLED ->
                            (float)
                                    (output.toFloatArray()[0]
                                            + range * Math.sqrt(VARIANCE) * random.nextGaussian());
                };
        NDArray error = output.sub(value).div(Scalar.of(output, range));
        return error.mul(error).sum().mul(Scalar.of(output, -1 / (2 * VARIANCE)));
    }

    private int category(NDArray logits, float target, SplittableRandom random) {
        return switch (labels) {
            case GIVEN -> (int) target;
            case SAMPLED -> drawn(logits.softmax(1).toFloatArray(), random.nextDouble());
        };
    }

    /// @param uniform in [0, 1)
    static int drawn(float[] probabilities, double uniform) {
        double left = uniform;
        for (int i = 0; i < probabilities.length - 1; i++) {
            left -= probabilities[i];
            if (left < 0) {
                return i;
            }
        }
        return probabilities.length - 1;
    }

    private List<Example> chosen(
            Architecture architecture,
            Schema schema,
            List<Example> examples,
            SplittableRandom random) {
        List<String> taken = architecture.encoders().stream().map(Encoder::modality).toList();
        List<Example> usable = new ArrayList<>();
        for (Example example : examples) {
            if (schema.heads().keySet().stream().anyMatch(example.targets()::containsKey)
                    && taken.stream().anyMatch(example.inputs()::containsKey)) {
                usable.add(example);
            }
        }
        if (usable.isEmpty()) {
            throw new IllegalArgumentException(
                    "none of %d examples has a label and a modality that the network takes"
                            .formatted(examples.size()));
        }
        int count = Math.min(samples, usable.size());
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i, usable.size());
            Example swapped = usable.get(i);
            usable.set(i, usable.get(j));
            usable.set(j, swapped);
        }
        return usable.subList(0, count);
    }

    /// Of the regression head that the parameter belongs to; 1 for all others.
    private static double range(Schema schema, String parameter) {
        for (Map.Entry<String, Head> entry : schema.heads().entrySet()) {
            String prefix = "heads." + entry.getKey() + ".";
            if (entry.getValue() instanceof RegressionHead r
                    && (parameter.equals(prefix + "weight") || parameter.equals(prefix + "bias"))) {
                return r.maximum() - r.minimum();
            }
        }
        return 1;
    }
}

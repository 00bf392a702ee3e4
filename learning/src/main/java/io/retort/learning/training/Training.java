package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.GradientCollector;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.model.InputBatch;
import io.retort.learning.model.Network;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run: examples in, weights out. The same seed on one thread gives the same bits.
///
/// The network learns regressions as shares of the head's range, so that a head of any unit weighs
/// alike in the loss; the weights that come out answer in the head's unit.
public final class Training implements AutoCloseable {

    /// DJL allows one gradient collector in a JVM; runs side by side take turns, step by step.
    private static final ReentrantLock GRADIENTS = new ReentrantLock(true);

    private final Schema schema;
    private final Objective objective;
    private final TrainingSettings settings;
    private final NDManager owner;
    private final Network network;
    private final FeatureScale featureScale;
    private final Map<String, NDArray> parameters;
    private final AdamW optimizer;
    private final SplittableRandom random;
    private int step;

    Training(
            Architecture architecture,
            Schema schema,
            List<Example> examples,
            Objective objective,
            TrainingSettings settings) {
        this.schema = schema;
        this.objective = objective;
        this.settings = settings;
        // Split, since the initial weights are drawn from the seed itself.
        this.random = new SplittableRandom(settings.seed()).split();
        this.featureScale = new FeatureScale(objective.features() > 0 ? examples : List.of());
        // From here on native memory is owned, and nothing of the examples can be refused.
        this.network =
                new Network(architecture, Weights.initial(architecture, settings.seed()), true);
        this.owner = Network.newManager();
        this.parameters = new LinkedHashMap<>(network.parameters());
        if (featureScale.width() > 0) {
            projection(architecture.fusion(), featureScale.width());
        }
        this.optimizer = new AdamW(owner, parameters, settings.weightDecay());
    }

    /// Examples without a modality that the architecture takes, or without anything that the
    /// objective learns from, are left out.
    ///
    /// @param progress told after every epoch
    /// @param cancelled asked before every step
    /// @throws CancellationException when cancelled
    /// @throws NotFiniteException when the loss or a gradient is no number
    public static Weights run(
            Architecture architecture,
            Schema schema,
            List<Example> examples,
            Objective objective,
            TrainingSettings settings,
            Consumer<Progress> progress,
            BooleanSupplier cancelled) {
        List<Example> useful =
                examples.stream()
                        .filter(example -> objective.learnsFrom(example))
                        .filter(example ->
                                architecture.encoders().stream()
                                        .map(Encoder::modality)
                                        .anyMatch(example.inputs()::containsKey))
                        .toList();
        if (useful.size() < 2) {
            throw new IllegalArgumentException(
                    "at least 2 examples to learn from are needed, there are %d among %d"
                            .formatted(useful.size(), examples.size()));
        }
        int epochs = settings.epochsFor(useful.size());
        try (Training training = new Training(architecture, schema, useful, objective, settings)) {
            for (int epoch = 0; epoch < epochs; epoch++) {
                progress.accept(training.epoch(epoch, epochs, useful, cancelled));
            }
            return training.weights();
        }
    }

    private Progress epoch(
            int epoch, int epochs, List<Example> examples, BooleanSupplier cancelled) {
        long started = System.nanoTime();
        List<Example> shuffled = shuffled(examples);
        int batches = settings.stepsPerEpoch(shuffled.size());
        double loss = 0;
        for (int b = 0; b < batches; b++) {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("cancelled after step " + step);
            }
            int from = (int) ((long) b * shuffled.size() / batches);
            int to = (int) ((long) (b + 1) * shuffled.size() / batches);
            loss += step(shuffled.subList(from, to), settings.rateAt(epoch, epochs));
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        return new Progress(epoch + 1, epochs, loss / batches, shuffled.size() / seconds);
    }

    /// One optimiser step; returns its loss, 0 where no term applied to the batch.
    double step(List<Example> examples, double rate) {
        step++;
        GRADIENTS.lock();
        try (NDManager manager = Network.newManager()) {
            List<Map<String, float[]>> inputs =
                    examples.stream()
                            .map(e -> Augmentation.vary(schema, e.inputs(), settings, random))
                            .toList();
            InputBatch batch = InputBatch.of(manager, network.architecture(), inputs);
            Batch aims = Batch.of(manager, schema, examples, featureScale);
            NDArray dropout = dropout(manager, examples.size());
            double value;
            try (GradientCollector collector = Network.engine().newGradientCollector()) {
                Network.Outputs outputs =
                        network.forward(batch.tensors(), batch.presence(), dropout);
                NDArray loss = Loss.of(schema, objective, outputs, aims, projected(outputs));
                if (loss == null) {
                    return 0;
                }
                value = loss.getFloat();
                if (!Double.isFinite(value)) {
                    throw new NotFiniteException(step, value, Double.NaN);
                }
                collector.backward(loss);
            }
            move(manager, value, rate);
            return value;
        } finally {
            GRADIENTS.unlock();
        }
    }

    private void move(NDManager manager, double loss, double rate) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        double squares = 0;
        for (Map.Entry<String, NDArray> parameter : parameters.entrySet()) {
            NDArray gradient = parameter.getValue().getGradient();
            gradient.attach(manager);
            gradients.put(parameter.getKey(), gradient);
            squares += gradient.mul(gradient).sum().getFloat();
        }
        double norm = Math.sqrt(squares);
        if (!Double.isFinite(norm)) {
            throw new NotFiniteException(step, loss, norm);
        }
        optimizer.update(gradients, (float) clip(norm, settings.clipNorm()), rate);
        // PyTorch adds to gradients, so the next step must find zeros.
        gradients.values().forEach(gradient -> gradient.subi(gradient));
    }

    /// A copy of the current weights, which answer in the heads' units.
    Weights weights() {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(network.weights().tensors());
        schema.heads()
                .forEach((name, head) -> {
                    if (head instanceof RegressionHead regression) {
                        double range = regression.maximum() - regression.minimum();
                        tensors.computeIfPresent(
                                "heads." + name + ".weight",
                                (_, weight) -> affine(weight, range, 0));
                        tensors.computeIfPresent(
                                "heads." + name + ".bias",
                                (_, bias) -> affine(bias, range, regression.minimum()));
                    }
                });
        return new Weights(tensors);
    }

    private static Weights.Tensor affine(Weights.Tensor tensor, double factor, double summand) {
        float[] values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * factor + summand);
        }
        return new Weights.Tensor(tensor.shape(), values);
    }

    /// Factor that brings a gradient of this global L2 norm to the limit at most (Pascanu, Mikolov
    /// & Bengio 2013, algorithm 1).
    static double clip(double norm, double limit) {
        return norm > limit ? limit / norm : 1;
    }

    private void projection(int from, int to) {
        double deviation = Math.sqrt(1.0 / from);
        float[] weight = new float[from * to];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (random.nextGaussian() * deviation);
        }
        NDArray matrix = owner.create(FloatBuffer.wrap(weight), new Shape(to, from));
        NDArray bias = owner.zeros(new Shape(to));
        matrix.setRequiresGradient(true);
        bias.setRequiresGradient(true);
        parameters.put("projection.weight", matrix);
        parameters.put("projection.bias", bias);
    }

    private @Nullable NDArray projected(Network.Outputs outputs) {
        NDArray matrix = parameters.get("projection.weight");
        NDArray fused = outputs.features().get(Prediction.FUSED);
        return matrix == null
                ? null
                : Linear.linear(fused, matrix, parameters.get("projection.bias"))
                        .singletonOrThrow();
    }

    private NDArray dropout(NDManager manager, int rows) {
        double rate = network.architecture().dropout();
        float keep = (float) (1 / (1 - rate));
        float[] mask = new float[rows * network.architecture().fusion()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextDouble() < rate ? 0 : keep;
        }
        return manager.create(
                FloatBuffer.wrap(mask), new Shape(rows, network.architecture().fusion()));
    }

    private List<Example> shuffled(List<Example> examples) {
        List<Example> shuffled = new ArrayList<>(examples);
        for (int i = shuffled.size() - 1; i > 0; i--) {
            java.util.Collections.swap(shuffled, i, random.nextInt(i + 1));
        }
        return shuffled;
    }

    @Override
    public void close() {
        network.close();
        owner.close();
    }
}

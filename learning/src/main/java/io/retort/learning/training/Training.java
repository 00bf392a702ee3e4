package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.model.InputBatch;
import io.retort.learning.model.Network;
import io.retort.learning.model.Weights;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One run: examples in, weights out. The same seed on one thread gives the same bits, also where
/// the run was killed and went on from its checkpoint. Runs may go side by side in threads.
///
/// The network learns regressions as shares of the head's range, so that a head of any unit weighs
/// alike in the loss; the weights that come out answer in the head's unit.
public final class Training implements AutoCloseable {

    /// Writing a checkpoint waits for the disk, so that short epochs share one.
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofSeconds(2);

    private final Assignment assignment;
    private final Schema schema;
    private final TrainingSettings settings;
    private final List<Example> examples;
    private final NDManager owner;
    private final Network network;
    private final Objective objective;
    private final Penalties penalties;
    private final Map<String, NDArray> parameters;
    private final AdamW optimizer;
    private final WeightAverage average;
    private SplittableRandom random;
    private int step;

    Training(Assignment assignment) {
        this.assignment = assignment;
        this.schema = assignment.schema();
        this.settings = assignment.settings();
        this.examples = useful(assignment);
        // Split, since the initial weights are drawn from the seed itself.
        this.random = new SplittableRandom(settings.seed()).split();
        this.network =
                new Network(
                        assignment.architecture(),
                        initial(assignment),
                        true,
                        assignment.quantization());
        this.owner = Network.newManager();
        try {
            this.objective =
                    new Objective(
                            owner,
                            schema,
                            assignment.architecture(),
                            assignment.recipe(),
                            examples,
                            random);
            this.parameters = new LinkedHashMap<>(network.parameters());
            this.parameters.putAll(objective.parameters());
            this.optimizer = new AdamW(owner, parameters, settings.weightDecay());
            this.average = new WeightAverage(owner, network, settings.averaging());
            this.penalties =
                    new Penalties(
                            owner,
                            parameters,
                            assignment.penalties().stream()
                                    .map(penalty -> inShares(schema, penalty))
                                    .toList());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// @param progress told after every epoch
    /// @param cancelled asked before every step
    /// @throws CancellationException when cancelled
    /// @throws NotFiniteException when the loss or a gradient is no number
    public static Weights run(
            Assignment assignment, Consumer<Progress> progress, BooleanSupplier cancelled) {
        try (Training training = new Training(assignment)) {
            return training.run(progress, cancelled);
        }
    }

    private Weights run(Consumer<Progress> progress, BooleanSupplier cancelled) {
        int epochs = settings.epochsFor(examples.size());
        String digest =
                assignment.checkpoint() == null ? "" : Checkpoint.digest(assignment, examples);
        int first = resumed(digest);
        long kept = System.nanoTime();
        for (int epoch = first; epoch < epochs; epoch++) {
            progress.accept(epoch(epoch, epochs, cancelled));
            boolean last = epoch == epochs - 1;
            if (last || System.nanoTime() - kept > BETWEEN_CHECKPOINTS.toNanos()) {
                keep(digest, epoch + 1);
                kept = System.nanoTime();
            }
        }
        return weights();
    }

    private Progress epoch(int epoch, int epochs, BooleanSupplier cancelled) {
        long started = System.nanoTime();
        // Of the epoch alone, so that a run can go on from any.
        random = new SplittableRandom(settings.seed() + 0x9E3779B97F4A7C15L * (epoch + 1)).split();
        List<Example> shuffled = shuffled(examples);
        int batches = settings.stepsPerEpoch(shuffled.size());
        double rate = settings.rateAt(epoch, epochs);
        double loss = 0;
        for (int b = 0; b < batches; b++) {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("cancelled after step " + step);
            }
            int from = (int) ((long) b * shuffled.size() / batches);
            int to = (int) ((long) (b + 1) * shuffled.size() / batches);
            double done = (epoch + (double) b / batches) / epochs;
            loss += step(shuffled.subList(from, to), rate, done);
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        return new Progress(epoch + 1, epochs, loss / batches, rate, shuffled.size() / seconds);
    }

    /// One optimiser step; returns its loss, 0 where no term applied to the batch.
    ///
    /// @param done share of the run that is over
    double step(List<Example> chosen, double rate, double done) {
        step++;
        try (NDManager manager = Network.newManager()) {
            Batch batch = varied(manager, chosen);
            InputBatch inputs = InputBatch.of(manager, network.architecture(), batch.inputs());
            NDArray dropout = dropout(manager, chosen.size());
            Network.Outputs outputs = network.forward(inputs.tensors(), inputs.presence(), dropout);
            NDArray loss = objective.of(outputs, batch, done);
            if (loss == null) {
                return 0;
            }
            NDArray penalty = penalties.of(manager);
            NDArray sum = penalty == null ? loss : loss.add(penalty);
            double value = sum.getFloat();
            if (!Double.isFinite(value)) {
                throw new NotFiniteException(step, value, Double.NaN);
            }
            Network.backward(sum);
            move(manager, value, rate);
            return value;
        }
    }

    private Batch varied(NDManager manager, List<Example> chosen) {
        List<Map<String, float[]>> inputs = new ArrayList<>();
        List<Augmentation.Variation> variations = new ArrayList<>();
        for (Example example : chosen) {
            List<String> kept = seen(example.inputs());
            Augmentation.Variation variation = settings.augmentation().draw(random);
            inputs.add(variation.apply(schema, example.inputs(), kept));
            variations.add(variation);
        }
        return new Batch(manager, schema, chosen, inputs, variations);
    }

    /// The modalities that this step sees of an example: those of the schema, less what modality
    /// dropout hides; at least one stays.
    private List<String> seen(Map<String, float[]> inputs) {
        List<String> kept = new ArrayList<>(inputs.keySet());
        kept.retainAll(schema.modalities().keySet());
        if (settings.modalityDropout() > 0 && kept.size() > 1) {
            String last = kept.get(random.nextInt(kept.size()));
            kept.removeIf(
                    name -> random.nextDouble() < settings.modalityDropout() && !name.equals(last));
        }
        return kept;
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
        average.follow(manager, optimizer.updates());
        // PyTorch adds to gradients, so the next step must find zeros.
        gradients.values().forEach(gradient -> gradient.subi(gradient));
    }

    /// A copy of the weights as they are now, averaged where the settings say so; they answer in
    /// the heads' units.
    Weights weights() {
        return inUnits(schema, average.weights());
    }

    /// Factor that brings a gradient of this global L2 norm to the limit at most (Pascanu, Mikolov
    /// & Bengio 2013, algorithm 1).
    static double clip(double norm, double limit) {
        return norm > limit ? limit / norm : 1;
    }

    private int resumed(String digest) {
        Checkpoint checkpoint =
                assignment.checkpoint() == null
                        ? null
                        : Checkpoint.read(assignment.checkpoint(), digest);
        if (checkpoint == null) {
            return 0;
        }
        Map<String, Weights.Tensor> tensors = checkpoint.tensors();
        state().forEach((name, array) -> {
            Weights.Tensor tensor = tensors.get(name);
            if (tensor == null) {
                throw new IllegalStateException("the checkpoint lacks " + name);
            }
            // Into the same memory: setting a buffer would give the array another one.
            array.set(
                    new NDIndex("..."),
                    owner.create(FloatBuffer.wrap(tensor.values()), array.getShape()));
        });
        objective
                .memories()
                .forEach((name, memory) -> {
                    Weights.Tensor tensor = tensors.get("memory." + name);
                    if (tensor != null) {
                        memory.restore(tensor.values());
                    }
                });
        optimizer.resume(checkpoint.updates());
        step = checkpoint.step();
        return checkpoint.epochs();
    }

    private void keep(String digest, int epochs) {
        if (assignment.checkpoint() == null) {
            return;
        }
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        state().forEach((name, array) -> tensors.put(name, tensor(array)));
        objective
                .memories()
                .forEach((name, memory) -> {
                    float[] values = memory.values();
                    tensors.put(
                            "memory." + name, new Weights.Tensor(List.of(values.length), values));
                });
        new Checkpoint(epochs, step, optimizer.updates(), tensors)
                .write(assignment.checkpoint(), digest);
    }

    /// Every array that a step changes, without gradients.
    private Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        network.tensors().forEach((name, array) -> state.put("network." + name, array));
        Map<String, NDArray> values = optimizer.values();
        objective
                .parameters()
                .keySet()
                .forEach(name ->
                        state.put("objective." + name, Objects.requireNonNull(values.get(name))));
        optimizer.moments().forEach((name, array) -> state.put("optimizer." + name, array));
        average.tensors().forEach((name, array) -> state.put("average." + name, array));
        return state;
    }

    private static Weights.Tensor tensor(NDArray array) {
        List<Integer> shape = new ArrayList<>();
        for (long dimension : array.getShape().getShape()) {
            shape.add((int) dimension);
        }
        return new Weights.Tensor(shape, array.toFloatArray());
    }

    private static List<Example> useful(Assignment assignment) {
        List<String> taken =
                assignment.architecture().encoders().stream().map(Encoder::modality).toList();
        List<Example> useful =
                assignment.examples().stream()
                        .filter(assignment.recipe()::learnsFrom)
                        .filter(e -> taken.stream().anyMatch(e.inputs()::containsKey))
                        .toList();
        if (useful.size() < 2) {
            throw new IllegalArgumentException(
                    "at least 2 examples to learn from are needed, there are %d among %d"
                            .formatted(useful.size(), assignment.examples().size()));
        }
        return useful;
    }

    private static Weights initial(Assignment assignment) {
        Weights initial = assignment.initial();
        return initial == null
                ? Weights.initial(assignment.architecture(), assignment.settings().seed())
                : inShares(assignment.schema(), initial);
    }

    private static Weights inUnits(Schema schema, Weights weights) {
        return rescaled(
                schema,
                weights,
                (head, weight) ->
                        weight
                                ? new double[] {head.maximum() - head.minimum(), 0}
                                : new double[] {head.maximum() - head.minimum(), head.minimum()});
    }

    private static Weights inShares(Schema schema, Weights weights) {
        return rescaled(
                schema,
                weights,
                (head, weight) -> {
                    double range = head.maximum() - head.minimum();
                    return new double[] {1 / range, weight ? 0 : -head.minimum() / range};
                });
    }

    /// The same penalty on values that are shares.
    private static QuadraticPenalty inShares(Schema schema, QuadraticPenalty penalty) {
        return new QuadraticPenalty(
                values(inShares(schema, tensors(penalty.anchor()))),
                values(
                        rescaled(
                                schema,
                                tensors(penalty.importance()),
                                (head, _) -> {
                                    double range = head.maximum() - head.minimum();
                                    return new double[] {range * range, 0};
                                })),
                penalty.strength());
    }

    private static Weights tensors(Map<String, float[]> values) {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        values.forEach((name, value) ->
                tensors.put(name, new Weights.Tensor(List.of(value.length), value)));
        return new Weights(tensors);
    }

    private static Map<String, float[]> values(Weights weights) {
        Map<String, float[]> values = new LinkedHashMap<>();
        weights.tensors().forEach((name, tensor) -> values.put(name, tensor.values()));
        return values;
    }

    private interface Scale {
        /// Factor and summand of a head's weight, or else of its bias.
        double[] of(RegressionHead head, boolean weight);
    }

    private static Weights rescaled(Schema schema, Weights weights, Scale scale) {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        schema.heads()
                .forEach((name, head) -> {
                    if (head instanceof RegressionHead regression) {
                        tensors.computeIfPresent(
                                "heads." + name + ".weight",
                                (_, weight) -> affine(weight, scale.of(regression, true)));
                        tensors.computeIfPresent(
                                "heads." + name + ".bias",
                                (_, bias) -> affine(bias, scale.of(regression, false)));
                    }
                });
        return new Weights(tensors);
    }

    private static Weights.Tensor affine(Weights.Tensor tensor, double[] scale) {
        float[] values = tensor.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] * scale[0] + scale[1]);
        }
        return new Weights.Tensor(tensor.shape(), values);
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

    private List<Example> shuffled(List<Example> ordered) {
        List<Example> shuffled = new ArrayList<>(ordered);
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

package io.retort.learning.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Activation;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.BatchNormalization;
import io.retort.learning.architecture.Convolution;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.architecture.GlobalAveragePool;
import io.retort.learning.architecture.Linear;
import io.retort.learning.architecture.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An [Architecture] made of DJL operations over weights in native memory.
///
/// The network owns its weights until [#close()]. Everything that [#forward] makes belongs to the
/// manager of its inputs: the caller opens one sub-manager per step and closes it.
public final class Network implements AutoCloseable {

    /// DJL's name for the axis that PyTorch normalises anyway, the second; naming it 1 makes it
    /// swap axes in vain. Its momentum is the share of the old statistics.
    private static final int CHANNELS = -1;

    private final Architecture architecture;
    private final @Nullable FakeQuantization quantization;
    private final NDManager manager;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();
    private final Map<String, NDArray> views = new LinkedHashMap<>();
    private final List<String> trainable;

    /// @param train whether gradients are kept and [#forward] may be called in training mode
    public Network(Architecture architecture, Weights weights, boolean train) {
        this(architecture, weights, train, null);
    }

    /// @param quantization that the network computes with; null for floats
    public Network(
            Architecture architecture,
            Weights weights,
            boolean train,
            @Nullable FakeQuantization quantization) {
        weights.requireFit(architecture);
        this.architecture = architecture;
        this.quantization = quantization;
        this.manager = newManager();
        List<String> names = new ArrayList<>();
        for (Parameter parameter : architecture.layout()) {
            Weights.Tensor tensor = weights.tensor(parameter.name());
            NDArray array =
                    manager.create(FloatBuffer.wrap(tensor.values()), shape(parameter.shape()));
            if (parameter.role().trainable()) {
                names.add(parameter.name());
                if (train) {
                    array.setRequiresGradient(true);
                }
            }
            tensors.put(parameter.name(), array);
            NDArray view = array.stopGradient();
            view.attach(manager);
            views.put(parameter.name(), view);
        }
        this.trainable = List.copyOf(names);
    }

    /// A manager of its own, for steps; the caller closes it.
    public static NDManager newManager() {
        return Torch.engine().newBaseManager(Device.cpu());
    }

    public static Engine engine() {
        return Torch.engine();
    }

    /// Adds the scalar's gradient to that of every parameter that it comes from. Unlike DJL's
    /// gradient collector, of which a JVM may open one at a time, threads may do so side by side.
    public static void backward(NDArray scalar) {
        Torch.backward(scalar);
    }

    public Architecture architecture() {
        return architecture;
    }

    /// The tensors that training moves, by name; owned by the network.
    public Map<String, NDArray> parameters() {
        Map<String, NDArray> parameters = new LinkedHashMap<>();
        trainable.forEach(name -> parameters.put(name, tensor(name)));
        return Collections.unmodifiableMap(parameters);
    }

    /// Every tensor, running statistics too, without gradients: views on the network's own memory,
    /// to be read and set.
    public Map<String, NDArray> tensors() {
        return Collections.unmodifiableMap(views);
    }

    /// A copy of the current values.
    public Weights weights() {
        Map<String, Weights.Tensor> copies = new LinkedHashMap<>();
        for (Parameter parameter : architecture.layout()) {
            copies.put(
                    parameter.name(),
                    new Weights.Tensor(parameter.shape(), tensor(parameter.name()).toFloatArray()));
        }
        return new Weights(copies);
    }

    /// What comes out, all batch-first and owned by the inputs' manager.
    ///
    /// @param heads batch x head width
    /// @param features batch x encoder width by modality, zero rows where absent, and the fused
    ///   vector under [Prediction#FUSED]
    /// @param spatial batch x channels x h x w of the encoders' last spatial layers
    public record Outputs(
            Map<String, NDArray> heads,
            Map<String, NDArray> features,
            Map<String, NDArray> spatial) {}

    /// @param inputs batch x channels x height x width by modality, zeros where absent
    /// @param presence batch x 1 by modality, 1 where the sensor was there
    /// @param dropout batch x fusion multipliers (0 or 1/(1-p)) in training; null in inference,
    ///   which also makes batch normalisation use its running statistics
    /// @return in training, `spatial` has rows of the captures alone that carry the modality
    public Outputs forward(
            Map<String, NDArray> inputs, Map<String, NDArray> presence, @Nullable NDArray dropout) {
        boolean training = dropout != null;
        Map<String, NDArray> features = new LinkedHashMap<>();
        Map<String, NDArray> spatial = new LinkedHashMap<>();
        NDList concatenated = new NDList();
        for (Encoder encoder : architecture.encoders()) {
            String modality = encoder.modality();
            NDArray x = require(inputs, modality);
            NDArray present = require(presence, modality);
            NDArray own =
                    training
                            ? encodePresent(encoder, x, present.toFloatArray(), spatial)
                            : encode(encoder, x, false, spatial).mul(present);
            features.put(modality, own);
            concatenated.add(rounded("masked." + modality, own));
        }
        NDArray all =
                concatenated.size() == 1
                        ? concatenated.head()
                        : rounded("concat", NDArrays.concat(concatenated, 1));
        NDArray fused = rounded("fusion", ai.djl.nn.Activation.relu(linear("fusion", null, all)));
        features.put(Prediction.FUSED, fused);
        NDArray kept = dropout == null ? fused : fused.mul(dropout);
        Map<String, NDArray> heads = new LinkedHashMap<>();
        for (String head : architecture.heads().keySet()) {
            heads.put(head, linear("heads." + head, null, kept));
        }
        return new Outputs(heads, features, spatial);
    }

    /// Encodes the rows that carry the modality, and leaves zeros in the others. The others stay
    /// out of the encoder, since their zeros would enter the statistics that batches are normalised
    /// by. A single row has no such statistics and takes the running ones.
    private NDArray encodePresent(
            Encoder encoder, NDArray x, float[] presence, Map<String, NDArray> spatial) {
        int[] rows =
                IntStream.range(0, presence.length).filter(row -> presence[row] != 0).toArray();
        NDManager step = x.getManager();
        if (rows.length == 0) {
            return step.zeros(new Shape(presence.length, encoder.width()));
        }
        if (rows.length == presence.length) {
            return encode(encoder, x, rows.length > 1, spatial);
        }
        float[] ones = new float[presence.length * rows.length];
        for (int i = 0; i < rows.length; i++) {
            ones[rows[i] * rows.length + i] = 1;
        }
        NDArray places =
                step.create(FloatBuffer.wrap(ones), new Shape(presence.length, rows.length));
        TensorShape shape = encoder.input();
        NDArray picked =
                places.transpose()
                        .matMul(x.reshape(presence.length, shape.size()))
                        .reshape(rows.length, shape.channels(), shape.height(), shape.width());
        return places.matMul(encode(encoder, picked, rows.length > 1, spatial));
    }

    private NDArray encode(
            Encoder encoder, NDArray x, boolean training, Map<String, NDArray> spatial) {
        int last = encoder.lastSpatialLayer();
        x = rounded(encoder.modality(), x);
        for (int i = 0; i < encoder.layers().size(); i++) {
            String name = name(encoder, i);
            x = rounded(name, apply(name, encoder, i, x, training));
            if (i == last) {
                spatial.put(encoder.modality(), x);
            }
        }
        return x;
    }

    private static String name(Encoder encoder, int layer) {
        return "encoders." + encoder.modality() + "." + layer;
    }

    private NDArray rounded(String name, NDArray x) {
        return quantization == null ? x : quantization.activation(name, x);
    }

    private NDArray apply(String name, Encoder encoder, int i, NDArray x, boolean training) {
        return switch (encoder.layers().get(i)) {
            case Convolution c -> {
                Folded folded = folded(name, folding(encoder, i), x);
                yield Conv2d.conv2d(
                                x,
                                folded.weight(),
                                folded.bias(),
                                new Shape(c.strideHeight(), c.strideWidth()),
                                new Shape(c.paddingHeight(), c.paddingWidth()),
                                new Shape(1, 1),
                                c.groups())
                        .singletonOrThrow();
            }
            case BatchNormalization _ ->
                    quantization != null
                            ? x
                            : BatchNorm.batchNorm(
                                            x,
                                            tensor(name + ".mean"),
                                            tensor(name + ".variance"),
                                            tensor(name + ".gamma"),
                                            tensor(name + ".beta"),
                                            CHANNELS,
                                            1 - BatchNormalization.MOMENTUM,
                                            BatchNormalization.EPSILON,
                                            training)
                                    .singletonOrThrow();
            case Activation _ -> ai.djl.nn.Activation.relu(x);
            case GlobalAveragePool _ -> {
                Shape shape = x.getShape();
                yield x.reshape(shape.get(0), shape.get(1), -1).mean(new int[] {2});
            }
            case Flatten _ -> x.reshape(x.getShape().get(0), -1);
            case Linear _ -> linear(name, folding(encoder, i), x);
        };
    }

    /// The batch normalisation that follows a layer; null where none does.
    private static @Nullable String folding(Encoder encoder, int layer) {
        int next = layer + 1;
        return next < encoder.layers().size()
                        && encoder.layers().get(next) instanceof BatchNormalization
                ? name(encoder, next)
                : null;
    }

    private NDArray linear(String name, @Nullable String normalization, NDArray x) {
        Folded folded = folded(name, normalization, x);
        return ai.djl.nn.core.Linear.linear(x, folded.weight(), folded.bias()).singletonOrThrow();
    }

    /// What a layer computes with.
    private record Folded(NDArray weight, @Nullable NDArray bias) {}

    /// The layer's own tensors, or, quantized, the weights that the file will hold: with the batch
    /// normalisation behind it folded in, gamma (w x + b - mean) / sqrt(variance + epsilon) + beta
    /// (Jacob et al. 2018, eq. 14).
    ///
    /// @param x an array of the step, so that what is made belongs to it
    private Folded folded(String name, @Nullable String normalization, NDArray x) {
        NDArray weight = tensor(name + ".weight");
        NDArray bias = tensors.get(name + ".bias");
        if (quantization == null) {
            return new Folded(weight, bias);
        }
        NDArray own = x.getManager().create(1f).mul(weight);
        if (normalization == null) {
            return new Folded(quantization.weight(name, own), bias);
        }
        NDArray deviation =
                x.getManager()
                        .create(BatchNormalization.EPSILON)
                        .add(tensor(normalization + ".variance"))
                        .sqrt();
        NDArray scale =
                x.getManager().create(1f).mul(tensor(normalization + ".gamma")).div(deviation);
        long[] broadcast = new long[weight.getShape().dimension()];
        Arrays.fill(broadcast, 1);
        broadcast[0] = weight.getShape().get(0);
        NDArray shift =
                bias == null
                        ? x.getManager().create(-1f).mul(tensor(normalization + ".mean"))
                        : x.getManager().create(1f).mul(bias).sub(tensor(normalization + ".mean"));
        return new Folded(
                quantization.weight(name, own.mul(scale.reshape(new Shape(broadcast)))),
                scale.mul(shift).add(tensor(normalization + ".beta")));
    }

    private NDArray tensor(String name) {
        return require(tensors, name);
    }

    private static NDArray require(Map<String, NDArray> arrays, String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("no " + name + " among " + arrays.keySet());
        }
        return array;
    }

    private static Shape shape(List<Integer> dimensions) {
        return new Shape(dimensions.stream().mapToLong(Integer::longValue).toArray());
    }

    @Override
    public void close() {
        manager.close();
    }
}

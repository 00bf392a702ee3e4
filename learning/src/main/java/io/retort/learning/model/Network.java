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
import io.retort.learning.architecture.Layer;
import io.retort.learning.architecture.Linear;
import io.retort.learning.architecture.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
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
    private final NDManager manager;
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();
    private final Map<String, NDArray> views = new LinkedHashMap<>();
    private final List<String> trainable;

    /// @param train whether gradients are kept and [#forward] may be called in training mode
    public Network(Architecture architecture, Weights weights, boolean train) {
        weights.requireFit(architecture);
        this.architecture = architecture;
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
            concatenated.add(own);
        }
        NDArray all =
                concatenated.size() == 1 ? concatenated.head() : NDArrays.concat(concatenated, 1);
        NDArray fused = ai.djl.nn.Activation.relu(linear("fusion.", all));
        features.put(Prediction.FUSED, fused);
        NDArray kept = dropout == null ? fused : fused.mul(dropout);
        Map<String, NDArray> heads = new LinkedHashMap<>();
        for (String head : architecture.heads().keySet()) {
            heads.put(head, linear("heads." + head + ".", kept));
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
        for (int i = 0; i < encoder.layers().size(); i++) {
            String prefix = "encoders." + encoder.modality() + "." + i + ".";
            x = apply(prefix, encoder.layers().get(i), x, training);
            if (i == last) {
                spatial.put(encoder.modality(), x);
            }
        }
        return x;
    }

    private NDArray apply(String prefix, Layer layer, NDArray x, boolean training) {
        return switch (layer) {
            case Convolution c ->
                    Conv2d.conv2d(
                                    x,
                                    tensor(prefix + "weight"),
                                    null,
                                    new Shape(c.strideHeight(), c.strideWidth()),
                                    new Shape(c.paddingHeight(), c.paddingWidth()),
                                    new Shape(1, 1),
                                    c.groups())
                            .singletonOrThrow();
            case BatchNormalization _ ->
                    BatchNorm.batchNorm(
                                    x,
                                    tensor(prefix + "mean"),
                                    tensor(prefix + "variance"),
                                    tensor(prefix + "gamma"),
                                    tensor(prefix + "beta"),
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
            case Linear _ -> linear(prefix, x);
        };
    }

    private NDArray linear(String prefix, NDArray x) {
        return ai.djl.nn.core.Linear.linear(x, tensor(prefix + "weight"), tensor(prefix + "bias"))
                .singletonOrThrow();
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

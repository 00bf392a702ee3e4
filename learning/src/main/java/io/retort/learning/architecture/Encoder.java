package io.retort.learning.architecture;

import io.retort.contract.schema.TensorShape;
import java.util.List;

/// Turns one modality's tensor into a feature vector of `width` values.
public record Encoder(String modality, TensorShape input, List<Layer> layers) {

    public Encoder {
        layers = List.copyOf(layers);
        trace(input, layers);
    }

    /// Width of the feature vector.
    public int width() {
        return trace(input, layers).channels();
    }

    /// Shape after each layer, the input's first; vectors are {width, 1, 1}.
    public TensorShape shapeAfter(int layer) {
        return trace(input, layers.subList(0, layer + 1));
    }

    /// Index of the last layer whose output is spatial (before pooling or flattening), whose
    /// activations make the attention map; -1 where there is none.
    public int lastSpatialLayer() {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i) instanceof GlobalAveragePool || layers.get(i) instanceof Flatten) {
                return i - 1;
            }
        }
        return -1;
    }

    /// Multiply-accumulates for one capture; batch normalisation counts nothing since it is folded.
    public long macs() {
        long macs = 0;
        TensorShape shape = input;
        for (Layer layer : layers) {
            TensorShape next = step(shape, layer);
            macs +=
                    switch (layer) {
                        case Convolution c ->
                                (long) next.size()
                                        * (c.inputs() / c.groups())
                                        * c.kernelHeight()
                                        * c.kernelWidth();
                        case Linear l -> (long) l.inputs() * l.outputs();
                        case BatchNormalization _, Activation _, GlobalAveragePool _, Flatten _ ->
                                0;
                    };
            shape = next;
        }
        return macs;
    }

    private static TensorShape trace(TensorShape input, List<Layer> layers) {
        TensorShape shape = input;
        for (Layer layer : layers) {
            shape = step(shape, layer);
        }
        return shape;
    }

    private static TensorShape step(TensorShape in, Layer layer) {
        return switch (layer) {
            case Convolution c -> {
                require(c.inputs() == in.channels(), layer, in);
                yield new TensorShape(
                        c.outputs(), c.outputHeight(in.height()), c.outputWidth(in.width()));
            }
            case BatchNormalization b -> {
                require(b.channels() == in.channels(), layer, in);
                yield in;
            }
            case Activation _ -> in;
            case GlobalAveragePool _ -> new TensorShape(in.channels(), 1, 1);
            case Flatten _ -> new TensorShape(in.size(), 1, 1);
            case Linear l -> {
                require(l.inputs() == in.size(), layer, in);
                yield new TensorShape(l.outputs(), 1, 1);
            }
        };
    }

    private static void require(boolean fits, Layer layer, TensorShape in) {
        if (!fits) {
            throw new IllegalArgumentException(layer + " does not fit its input " + in);
        }
    }
}

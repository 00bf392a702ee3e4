package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
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
import io.retort.learning.model.Weights;
import java.util.ArrayList;
import java.util.List;

/// The float32 graph of an architecture in inference, batch normalisation folded into the layer
/// before it.
///
/// Inputs: `<modality>` batch x C x H x W and, where the network has more than one encoder,
/// `presence:<modality>` batch x 1. Outputs: `<head>` batch x width. All other names start with a
/// slash, which modalities and heads cannot contain; what an encoder makes is below
/// [#encoder(String)].
final class FloatGraph {

    private final Architecture architecture;
    private final Weights weights;
    private final GraphProto.Builder graph;

    private FloatGraph(Architecture architecture, Weights weights) {
        this.architecture = architecture;
        this.weights = weights;
        this.graph = GraphProto.newBuilder().setName(architecture.name());
    }

    /// @throws IllegalArgumentException where the layers have no ONNX form or a folded weight is
    ///   not finite
    static GraphProto of(Architecture architecture, Weights weights) {
        return new FloatGraph(architecture, weights).build();
    }

    /// Prefix of the names of all tensors between a modality's input and its mask.
    static String encoder(String modality) {
        return "/encoders/" + modality + "/";
    }

    private GraphProto build() {
        boolean masked = architecture.encoders().size() > 1;
        List<String> features = new ArrayList<>();
        for (Encoder encoder : architecture.encoders()) {
            String modality = encoder.modality();
            if (architecture.heads().containsKey(modality)) {
                throw new IllegalArgumentException(
                        modality + " names a modality and a head: an ONNX graph cannot have both");
            }
            TensorShape shape = encoder.input();
            graph.addInput(Onnx.batch(modality, shape.channels(), shape.height(), shape.width()));
            String feature = encode(encoder);
            if (masked) {
                String presence = OnnxModel.PRESENCE + modality;
                graph.addInput(Onnx.batch(presence, 1));
                feature = node("Mul", List.of(feature, presence), "/masked/" + modality);
            }
            features.add(feature);
        }
        String all = features.getFirst();
        if (masked) {
            graph.addNode(Onnx.node("Concat", features, "/concat", Onnx.attribute("axis", 1)));
            all = "/concat";
        }
        gemm(all, "/fusion/sum", Folded.linear(weights, "fusion."));
        node("Relu", List.of("/fusion/sum"), "/fusion");
        architecture
                .heads()
                .forEach((head, width) -> {
                    gemm("/fusion", head, Folded.linear(weights, "heads." + head + "."));
                    graph.addOutput(Onnx.batch(head, width));
                });
        return graph.build();
    }

    /// Name of the encoder's feature vector, batch x width.
    private String encode(Encoder encoder) {
        String x = encoder.modality();
        boolean flat = false;
        for (int i = 0; i < encoder.layers().size(); i++) {
            Layer layer = encoder.layers().get(i);
            String prefix = "encoders." + encoder.modality() + "." + i + ".";
            String y = encoder(encoder.modality()) + i;
            switch (layer) {
                case Convolution c -> {
                    require(!flat, encoder, i, "a convolution of a flat vector");
                    x = convolve(x, y, c, fold(encoder, i, Folded.convolution(weights, prefix)));
                }
                case Linear _ -> {
                    require(flat, encoder, i, "a linear layer of a tensor that is not flat");
                    x = gemm(x, y, fold(encoder, i, Folded.linear(weights, prefix)));
                }
                case BatchNormalization _ -> {
                    boolean folds =
                            i > 0
                                    && (encoder.layers().get(i - 1) instanceof Convolution
                                            || encoder.layers().get(i - 1) instanceof Linear);
                    require(folds, encoder, i, "a batch normalisation with nothing to fold into");
                }
                case Activation _ -> x = node("Relu", List.of(x), y);
                case GlobalAveragePool _ -> {
                    // Of a flat vector, the mean over nothing is the vector itself.
                    if (!flat) {
                        String pooled = node("GlobalAveragePool", List.of(x), y + "/mean");
                        x = node("Flatten", List.of(pooled), y);
                        flat = true;
                    }
                }
                case Flatten _ -> {
                    if (!flat) {
                        x = node("Flatten", List.of(x), y);
                        flat = true;
                    }
                }
            }
        }
        require(flat, encoder, encoder.layers().size(), "an end that is not flat");
        return x;
    }

    /// The layer with the batch normalisation that may follow it.
    private Folded fold(Encoder encoder, int layer, Folded folded) {
        int next = layer + 1;
        if (next < encoder.layers().size()
                && encoder.layers().get(next) instanceof BatchNormalization) {
            return folded.normalized(weights, "encoders." + encoder.modality() + "." + next + ".");
        }
        return folded;
    }

    private String convolve(String x, String y, Convolution c, Folded folded) {
        graph.addNode(
                Onnx.node(
                        "Conv",
                        List.of(x, weight(y, folded), bias(y, folded)),
                        y,
                        Onnx.attribute("group", c.groups()),
                        Onnx.attribute(
                                "kernel_shape", new long[] {c.kernelHeight(), c.kernelWidth()}),
                        Onnx.attribute(
                                "pads",
                                new long[] {
                                    c.paddingHeight(),
                                    c.paddingWidth(),
                                    c.paddingHeight(),
                                    c.paddingWidth()
                                }),
                        Onnx.attribute("strides", new long[] {c.strideHeight(), c.strideWidth()})));
        return y;
    }

    private String gemm(String x, String y, Folded folded) {
        graph.addNode(
                Onnx.node(
                        "Gemm",
                        List.of(x, weight(y, folded), bias(y, folded)),
                        y,
                        Onnx.attribute("transB", 1)));
        return y;
    }

    private String node(String operator, List<String> inputs, String output) {
        graph.addNode(Onnx.node(operator, inputs, output));
        return output;
    }

    private String weight(String y, Folded folded) {
        String name = inner(y) + "/weight";
        graph.addInitializer(Onnx.floats(name, folded.shape(), folded.weight()));
        return name;
    }

    private String bias(String y, Folded folded) {
        String name = inner(y) + "/bias";
        graph.addInitializer(Onnx.floats(name, List.of(folded.bias().length), folded.bias()));
        return name;
    }

    /// Heads' outputs have no slash in front, their weights have.
    private static String inner(String output) {
        return output.startsWith("/") ? output : "/heads/" + output;
    }

    private static void require(boolean holds, Encoder encoder, int layer, String what) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "encoder %s has %s at layer %d, which has no ONNX form"
                            .formatted(encoder.modality(), what, layer));
        }
    }
}

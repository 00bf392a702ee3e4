package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A convolution or linear layer of a float graph.
///
/// @param output its sum, before any rectification; the layer's name
/// @param weight name of a tensor, outputs first
/// @param bias name of a tensor, one value an output
/// @param groups of a convolution; 1 of a linear layer
record WeightLayer(String output, String weight, String bias, int outputs, int groups) {

    /// All of a float graph, in its order.
    static List<WeightLayer> of(GraphProto floats) {
        List<WeightLayer> layers = new ArrayList<>();
        for (NodeProto node : floats.getNodeList()) {
            if (is(node)) {
                int groups = 1;
                for (AttributeProto attribute : node.getAttributeList()) {
                    if (attribute.getName().equals("group")) {
                        groups = Math.toIntExact(attribute.getI());
                    }
                }
                layers.add(
                        new WeightLayer(
                                node.getOutput(0),
                                node.getInput(1),
                                node.getInput(2),
                                Math.toIntExact(tensor(floats, node.getInput(2)).getDims(0)),
                                groups));
            }
        }
        return layers;
    }

    static boolean is(NodeProto node) {
        return node.getOpType().equals("Conv") || node.getOpType().equals("Gemm");
    }

    static TensorProto tensor(GraphProto graph, String name) {
        for (TensorProto tensor : graph.getInitializerList()) {
            if (tensor.getName().equals(name)) {
                return tensor;
            }
        }
        throw new IllegalArgumentException("no weights named " + name);
    }

    /// The graph with other constants of the same names.
    static GraphProto replaced(GraphProto graph, Map<String, TensorProto> tensors) {
        GraphProto.Builder replaced = graph.toBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto other = tensors.get(graph.getInitializer(i).getName());
            if (other != null) {
                replaced.setInitializer(i, other);
            }
        }
        return replaced.build();
    }
}

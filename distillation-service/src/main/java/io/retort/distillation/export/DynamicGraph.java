package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A float graph whose linear layers compute in int8, with ranges of their inputs taken anew at
/// each call and so without calibration: what dynamic quantization of PyTorch does to linear
/// layers. Convolutions stay float, as there: ONNX Runtime has no int8 convolution of signed
/// weights but the calibrated one.
///
/// A range is that of the whole batch, so an answer depends a little on the captures beside it.
final class DynamicGraph {

    private DynamicGraph() {}

    static GraphProto of(GraphProto floats, TargetProfile target) {
        Map<String, TensorProto> constants = new HashMap<>();
        floats.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
        GraphProto.Builder graph = floats.toBuilder().clearInitializer().clearNode();
        for (NodeProto node : floats.getNodeList()) {
            if (node.getOpType().equals("Gemm")) {
                linear(
                        graph,
                        node,
                        Objects.requireNonNull(constants.get(node.getInput(1))),
                        Objects.requireNonNull(constants.get(node.getInput(2))),
                        target);
            } else {
                graph.addNode(node);
                node.getInputList().stream()
                        .map(constants::get)
                        .filter(Objects::nonNull)
                        .forEach(graph::addInitializer);
            }
        }
        return graph.build();
    }

    /// y = x_q W_q (x scale x weight scale) + b
    private static void linear(
            GraphProto.Builder graph,
            NodeProto gemm,
            TensorProto weight,
            TensorProto bias,
            TargetProfile target) {
        int outputs = Math.toIntExact(weight.getDims(0));
        int inputs = Math.toIntExact(weight.getDims(1));
        QuantizedLayer layer =
                QuantizedLayer.of(
                        Onnx.values(weight), new float[outputs], 1, target.largestWeight());
        byte[] transposed = new byte[outputs * inputs];
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < inputs; input++) {
                transposed[input * outputs + output] = layer.weight()[output * inputs + input];
            }
        }
        String name = weight.getName();
        graph.addInitializer(Onnx.int8(name + "/q", List.of(inputs, outputs), transposed));
        graph.addInitializer(Onnx.int8(name + "/zero", List.of(outputs), new byte[outputs]));
        graph.addInitializer(Onnx.floats(name + "/scale", List.of(outputs), layer.scales()));
        graph.addInitializer(bias);
        graph.addNode(
                Onnx.node("DynamicQuantizeLinear", List.of(gemm.getInput(0)), name + "/x/q")
                        .toBuilder()
                        .addOutput(name + "/x/scale")
                        .addOutput(name + "/x/zero")
                        .build());
        graph.addNode(
                Onnx.node(
                        "MatMulInteger",
                        List.of(name + "/x/q", name + "/q", name + "/x/zero", name + "/zero"),
                        name + "/sum"));
        graph.addNode(
                Onnx.node(
                        "Cast",
                        List.of(name + "/sum"),
                        name + "/float",
                        Onnx.attribute("to", TensorProto.DataType.FLOAT.getNumber())));
        graph.addNode(
                Onnx.node("Mul", List.of(name + "/x/scale", name + "/scale"), name + "/scales"));
        graph.addNode(
                Onnx.node("Mul", List.of(name + "/float", name + "/scales"), name + "/scaled"));
        graph.addNode(
                Onnx.node("Add", List.of(name + "/scaled", bias.getName()), gemm.getOutput(0)));
    }
}

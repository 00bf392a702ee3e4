package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A float graph rewritten to int8 by quantize/dequantize pairs, which runtimes fuse to integer
/// operators. Every tensor between inputs and outputs passes a pair, except sums that a Relu
/// rectifies: their pair comes after it, where the fused operator saturates at 0 by itself. Graph
/// inputs are quantized inside; heads leave as float32 straight from the last sum.
final class QuantizedGraph {

    private final GraphProto floats;
    private final Map<String, Range> calibrated;
    private final GraphProto.Builder graph;
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Map<String, Quantized> quantized = new HashMap<>();

    /// A tensor behind its pair.
    ///
    /// @param dequantized name of the pair's float output
    /// @param parameters prefix of the names of scale and zero point, which tensors of equal range
    ///   share
    private record Quantized(String dequantized, String parameters, Range range) {}

    private QuantizedGraph(GraphProto floats, Map<String, Range> calibrated) {
        this.floats = floats;
        this.calibrated = calibrated;
        this.graph =
                GraphProto.newBuilder()
                        .setName(floats.getName())
                        .addAllInput(floats.getInputList())
                        .addAllOutput(floats.getOutputList());
        floats.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    }

    /// @param ranges of the tensors that [#calibrated(GraphProto)] names
    static GraphProto of(GraphProto floats, Map<String, Range> ranges) {
        return new QuantizedGraph(floats, ranges).build();
    }

    /// The tensors whose ranges must be measured; all other ranges follow from theirs.
    static Set<String> calibrated(GraphProto floats) {
        Set<String> names = new LinkedHashSet<>();
        for (ValueInfoProto input : floats.getInputList()) {
            if (!input.getName().startsWith(OnnxModel.PRESENCE)) {
                names.add(input.getName());
            }
        }
        Set<String> floating = floating(floats);
        for (NodeProto node : floats.getNodeList()) {
            if (!floating.contains(node.getOutput(0)) && !followsInputs(node)) {
                names.add(node.getOutput(0));
            }
        }
        return Collections.unmodifiableSet(names);
    }

    private GraphProto build() {
        for (ValueInfoProto input : floats.getInputList()) {
            String name = input.getName();
            quantize(name, name.startsWith(OnnxModel.PRESENCE) ? Range.unit() : range(name));
        }
        Set<String> floating = floating(floats);
        for (NodeProto node : floats.getNodeList()) {
            String output = node.getOutput(0);
            graph.addNode(rewired(node));
            if (floating.contains(output)) {
                continue;
            }
            if (node.getOpType().equals("Concat")) {
                quantize(
                        output,
                        node.getInputList().stream()
                                .map(this::quantized)
                                .map(Quantized::range)
                                .reduce(Range::union)
                                .orElseThrow());
            } else if (followsInputs(node)) {
                Quantized input = quantized(node.getInput(0));
                pair(output, input.parameters(), input.range());
            } else {
                quantize(output, range(output));
            }
        }
        return graph.build();
    }

    /// Outputs of the graph, and sums that a Relu rectifies.
    private static Set<String> floating(GraphProto floats) {
        Set<String> floating = new HashSet<>();
        floats.getOutputList().forEach(output -> floating.add(output.getName()));
        Set<String> sums = new HashSet<>();
        for (NodeProto node : floats.getNodeList()) {
            if (hasWeights(node)) {
                sums.add(node.getOutput(0));
            }
            if (node.getOpType().equals("Relu") && sums.contains(node.getInput(0))) {
                floating.add(node.getInput(0));
            }
        }
        return floating;
    }

    private static boolean hasWeights(NodeProto node) {
        return node.getOpType().equals("Conv") || node.getOpType().equals("Gemm");
    }

    /// Whether the output's values are those of its inputs, or 0, so that its range follows.
    private static boolean followsInputs(NodeProto node) {
        return switch (node.getOpType()) {
            case "Flatten", "Mul", "Concat" -> true;
            default -> false;
        };
    }

    private NodeProto rewired(NodeProto node) {
        List<String> inputs = new ArrayList<>();
        for (String input : node.getInputList()) {
            Quantized tensor = quantized.get(input);
            inputs.add(tensor == null ? input : tensor.dequantized());
        }
        if (hasWeights(node)) {
            float inputScale = quantized(node.getInput(0)).range().scale();
            weights(node.getInput(1), node.getInput(2), inputScale);
            inputs.set(1, dequantized(node.getInput(1)));
            inputs.set(2, dequantized(node.getInput(2)));
        }
        return node.toBuilder().clearInput().addAllInput(inputs).build();
    }

    private void weights(String weight, String bias, float inputScale) {
        TensorProto weightTensor = constant(weight);
        TensorProto biasTensor = constant(bias);
        QuantizedLayer layer =
                QuantizedLayer.of(Onnx.values(weightTensor), Onnx.values(biasTensor), inputScale);
        List<Integer> shape = new ArrayList<>();
        weightTensor.getDimsList().forEach(dimension -> shape.add(Math.toIntExact(dimension)));
        int outputs = shape.getFirst();
        List<Integer> channels = List.of(outputs);
        graph.addInitializer(Onnx.int8(quantizedName(weight), shape, layer.weight()));
        graph.addInitializer(Onnx.floats(scale(weight), channels, layer.scales()));
        graph.addInitializer(Onnx.int8(zero(weight), channels, new byte[outputs]));
        graph.addInitializer(Onnx.int32(quantizedName(bias), channels, layer.bias()));
        graph.addInitializer(Onnx.floats(scale(bias), channels, layer.biasScales(inputScale)));
        graph.addInitializer(Onnx.int32(zero(bias), channels, new int[outputs]));
        for (String name : List.of(weight, bias)) {
            graph.addNode(
                    Onnx.node(
                            "DequantizeLinear",
                            List.of(quantizedName(name), scale(name), zero(name)),
                            dequantized(name),
                            Onnx.attribute("axis", 0)));
        }
    }

    private void quantize(String tensor, Range range) {
        graph.addInitializer(Onnx.floats(scale(tensor), List.of(), range.scale()));
        graph.addInitializer(Onnx.uint8(zero(tensor), List.of(), (byte) range.zeroPoint()));
        pair(tensor, tensor, range);
    }

    private void pair(String tensor, String parameters, Range range) {
        graph.addNode(
                Onnx.node(
                        "QuantizeLinear",
                        List.of(tensor, scale(parameters), zero(parameters)),
                        quantizedName(tensor)));
        graph.addNode(
                Onnx.node(
                        "DequantizeLinear",
                        List.of(quantizedName(tensor), scale(parameters), zero(parameters)),
                        dequantized(tensor)));
        quantized.put(tensor, new Quantized(dequantized(tensor), parameters, range));
    }

    private Range range(String tensor) {
        Range range = calibrated.get(tensor);
        if (range == null) {
            throw new IllegalArgumentException("no range of " + tensor);
        }
        return range;
    }

    private Quantized quantized(String tensor) {
        Quantized found = quantized.get(tensor);
        if (found == null) {
            throw new IllegalArgumentException(tensor + " is used before it is made");
        }
        return found;
    }

    private TensorProto constant(String name) {
        TensorProto tensor = constants.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no weights named " + name);
        }
        return tensor;
    }

    private static String quantizedName(String tensor) {
        return tensor + "/q";
    }

    private static String dequantized(String tensor) {
        return tensor + "/dq";
    }

    private static String scale(String tensor) {
        return tensor + "/scale";
    }

    private static String zero(String tensor) {
        return tensor + "/zero";
    }
}

package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
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
import java.util.TreeSet;

/// A float graph rewritten to int8 by quantize/dequantize pairs, which runtimes fuse to integer
/// operators. Every tensor that an integer layer makes passes a pair, except sums that a Relu
/// rectifies: their pair comes after it, where the fused operator saturates at 0 by itself. Heads
/// leave as float32 straight from the last sum.
///
/// Pictures get channels of zeros, as many as their first convolution reads best at once.
///
/// Layers that are kept stay float, and so does what follows from them and from inputs alone, up to
/// the next integer layer, which quantizes what it takes.
final class QuantizedGraph {

    /// ONNX Runtime's integer convolution multiplies four channels at once and makes 16; of other
    /// numbers it copies every place out that a filter sees, which takes twice as long.
    private static final int CHANNELS = 4;

    private static final int LEAST_OUTPUTS = 16;

    private final GraphProto floats;
    private final Map<String, Range> calibrated;
    private final Quantization quantization;
    private final Set<String> floating;
    private final GraphProto.Builder graph;
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Map<String, Quantized> quantized = new HashMap<>();
    private final Set<String> paired = new HashSet<>();

    /// Constants of names that several tensors share.
    private final Set<String> shared = new HashSet<>();

    /// Tensors that exist in float32.
    private final Set<String> plain = new HashSet<>();

    /// How a tensor is quantized, whether or not anyone asks for it.
    ///
    /// @param parameters prefix of the names of scale and zero point, which tensors of equal range
    ///   share
    private record Quantized(String parameters, Range range) {}

    private QuantizedGraph(
            GraphProto floats, Map<String, Range> calibrated, Quantization quantization) {
        this.floats = floats;
        this.calibrated = calibrated;
        this.quantization = quantization;
        this.floating = floating(floats);
        this.graph =
                GraphProto.newBuilder()
                        .setName(floats.getName())
                        .addAllInput(floats.getInputList())
                        .addAllOutput(floats.getOutputList());
        floats.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    }

    /// @param ranges of the tensors that [#calibrated(GraphProto)] names
    /// @throws IllegalArgumentException where a layer to keep is none of the graph's
    static GraphProto of(GraphProto floats, Map<String, Range> ranges, Quantization quantization) {
        Set<String> unknown = new TreeSet<>(quantization.kept());
        WeightLayer.of(floats).forEach(layer -> unknown.remove(layer.output()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no layers to keep named " + unknown);
        }
        return new QuantizedGraph(floats, ranges, quantization).build();
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
            boolean presence = name.startsWith(OnnxModel.PRESENCE);
            quantized.put(name, new Quantized(name, presence ? Range.unit() : range(name)));
            if (presence || !feedsIntegers(name)) {
                plain.add(name);
            }
        }
        for (NodeProto node : floats.getNodeList()) {
            String output = node.getOutput(0);
            if (!floating.contains(output)) {
                quantized.put(output, quantization(node));
            }
            boolean integer = integer(node);
            graph.addNode(integer ? rewired(node) : floated(node));
            if (!integer) {
                plain.add(output);
            } else if (!floating.contains(output)) {
                pair(output);
            }
        }
        return graph.build();
    }

    private Quantized quantization(NodeProto node) {
        String output = node.getOutput(0);
        if (node.getOpType().equals("Concat")) {
            return new Quantized(
                    output,
                    node.getInputList().stream()
                            .map(this::quantized)
                            .map(Quantized::range)
                            .reduce(Range::union)
                            .orElseThrow());
        }
        return followsInputs(node)
                ? quantized(node.getInput(0))
                : new Quantized(output, range(output));
    }

    private boolean integer(NodeProto node) {
        return WeightLayer.is(node)
                ? !quantization.kept().contains(node.getOutput(0))
                : !plain.containsAll(node.getInputList());
    }

    /// Whether an integer layer takes the tensor, or what weightless operators make of it.
    private boolean feedsIntegers(String tensor) {
        return floats.getNodeList().stream()
                .filter(node -> node.getInputList().contains(tensor))
                .anyMatch(node ->
                        WeightLayer.is(node)
                                ? !quantization.kept().contains(node.getOutput(0))
                                : feedsIntegers(node.getOutput(0)));
    }

    /// Outputs of the graph, and sums that a Relu rectifies.
    private static Set<String> floating(GraphProto floats) {
        Set<String> floating = new HashSet<>();
        floats.getOutputList().forEach(output -> floating.add(output.getName()));
        Set<String> sums = new HashSet<>();
        for (NodeProto node : floats.getNodeList()) {
            if (WeightLayer.is(node)) {
                sums.add(node.getOutput(0));
            }
            if (node.getOpType().equals("Relu") && sums.contains(node.getInput(0))) {
                floating.add(node.getInput(0));
            }
        }
        return floating;
    }

    /// Whether the output's values are those of its inputs, or 0, so that its range follows.
    private static boolean followsInputs(NodeProto node) {
        return switch (node.getOpType()) {
            case "Flatten", "Mul", "Concat" -> true;
            default -> false;
        };
    }

    /// In integers, as runtimes fuse it: its inputs pass pairs.
    private NodeProto rewired(NodeProto node) {
        List<String> inputs = new ArrayList<>();
        for (String input : node.getInputList()) {
            if (!quantized.containsKey(input)) {
                inputs.add(input);
            } else {
                pair(input);
                inputs.add(dequantized(input));
            }
        }
        if (WeightLayer.is(node)) {
            weights(
                    node.getInput(1),
                    node.getInput(2),
                    quantized(node.getInput(0)).range().scale(),
                    lacking(node.getInput(0)));
            inputs.set(1, dequantized(node.getInput(1)));
            inputs.set(2, dequantized(node.getInput(2)));
        }
        return node.toBuilder().clearInput().addAllInput(inputs).build();
    }

    private boolean isInput(String tensor) {
        return floats.getInputList().stream().anyMatch(input -> input.getName().equals(tensor));
    }

    private NodeProto floated(NodeProto node) {
        List<String> inputs = new ArrayList<>();
        for (String input : node.getInputList()) {
            if (constants.containsKey(input)) {
                graph.addInitializer(constant(input));
                inputs.add(input);
            } else {
                inputs.add(isInput(input) || plain.contains(input) ? input : dequantized(input));
            }
        }
        return node.toBuilder().clearInput().addAllInput(inputs).build();
    }

    /// Channels that an input of the graph gets so that the convolution that reads it is fast.
    private int lacking(String tensor) {
        for (ValueInfoProto input : floats.getInputList()) {
            if (input.getName().equals(tensor)) {
                for (NodeProto node : floats.getNodeList()) {
                    if (node.getOpType().equals("Conv") && node.getInput(0).equals(tensor)) {
                        TensorProto weight = constant(node.getInput(1));
                        return weight.getDims(0) < LEAST_OUTPUTS
                                ? 0
                                : Math.floorMod(-(int) weight.getDims(1), CHANNELS);
                    }
                }
            }
        }
        return 0;
    }

    /// @param lacking channels of the layer's input, which meet zeros
    private void weights(String weight, String bias, float inputScale, int lacking) {
        TensorProto weightTensor = constant(weight);
        TensorProto biasTensor = constant(bias);
        QuantizedLayer layer =
                QuantizedLayer.of(
                        Onnx.values(weightTensor),
                        Onnx.values(biasTensor),
                        inputScale,
                        quantization.target().largestWeight());
        List<Integer> shape = new ArrayList<>();
        weightTensor.getDimsList().forEach(dimension -> shape.add(Math.toIntExact(dimension)));
        int outputs = shape.getFirst();
        List<Integer> channels = List.of(outputs);
        byte[] values = layer.weight();
        if (lacking > 0) {
            int fanIn = values.length / outputs;
            int wider = fanIn / shape.get(1) * (shape.get(1) + lacking);
            values = new byte[outputs * wider];
            for (int output = 0; output < outputs; output++) {
                System.arraycopy(layer.weight(), output * fanIn, values, output * wider, fanIn);
            }
            shape.set(1, shape.get(1) + lacking);
        }
        graph.addInitializer(Onnx.int8(quantizedName(weight), shape, values));
        graph.addInitializer(Onnx.floats(scale(weight), channels, layer.scales()));
        graph.addInitializer(Onnx.int32(quantizedName(bias), channels, layer.bias()));
        graph.addInitializer(Onnx.floats(scale(bias), channels, layer.biasScales(inputScale)));
        AttributeProto byOutput = Onnx.attribute("axis", 0);
        convert(
                "DequantizeLinear",
                List.of(quantizedName(weight), scale(weight), zeros(outputs)),
                dequantized(weight),
                byOutput);
        convert(
                "DequantizeLinear",
                List.of(quantizedName(bias), scale(bias)),
                dequantized(bias),
                byOutput);
    }

    /// Zero points of symmetric weights, which all layers of as many outputs share.
    private String zeros(int outputs) {
        String name = "/zeros/" + outputs;
        if (shared.add(name)) {
            graph.addInitializer(Onnx.int8(name, List.of(outputs), new byte[outputs]));
        }
        return name;
    }

    /// Without a name for the node: there are three for every layer.
    private void convert(
            String operator, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(Onnx.node(operator, inputs, output, attributes).toBuilder().clearName());
    }

    /// Once a tensor.
    private void pair(String tensor) {
        if (!paired.add(tensor)) {
            return;
        }
        Quantized how = quantized(tensor);
        String parameters = how.parameters();
        if (shared.add(parameters)) {
            Range range = how.range();
            graph.addInitializer(Onnx.floats(scale(parameters), List.of(), range.scale()));
            graph.addInitializer(Onnx.uint8(zero(parameters), List.of(), (byte) range.zeroPoint()));
        }
        convert(
                "QuantizeLinear",
                List.of(tensor, scale(parameters), zero(parameters)),
                quantizedName(tensor));
        String integers = quantizedName(tensor);
        int lacking = lacking(tensor);
        if (lacking > 0) {
            String pads = tensor + "/pads";
            graph.addInitializer(
                    Onnx.int64(pads, List.of(8), new long[] {0, 0, 0, 0, 0, lacking, 0, 0}));
            graph.addNode(
                    Onnx.node(
                            "Pad", List.of(integers, pads, zero(parameters)), integers + "/wide"));
            integers += "/wide";
        }
        convert(
                "DequantizeLinear",
                List.of(integers, scale(parameters), zero(parameters)),
                dequantized(tensor));
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

package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What ONNX's own checker asks of a file, as far as these files can break it: the specification's
/// "IR" on graphs, names and tensors, and the operators of set 13 with their inputs and attributes.
class OnnxRulesTests {

    /// @param least and most inputs
    private record Operator(int least, int most, int outputs, Set<String> attributes) {}

    private static final Map<String, Operator> OPERATORS =
            Map.ofEntries(
                    operator("Conv", 2, 3, "group", "kernel_shape", "pads", "strides"),
                    operator("Gemm", 2, 3, "transB"),
                    operator("Relu", 1, 1),
                    operator("GlobalAveragePool", 1, 1),
                    operator("Flatten", 1, 1),
                    operator("Mul", 2, 2),
                    operator("Add", 2, 2),
                    operator("Concat", 1, Integer.MAX_VALUE, "axis"),
                    operator("QuantizeLinear", 2, 3),
                    operator("DequantizeLinear", 2, 3, "axis"),
                    operator("Pad", 2, 3),
                    operator("Cast", 1, 1, "to"),
                    operator("MatMulInteger", 2, 4),
                    Map.entry("DynamicQuantizeLinear", new Operator(1, 1, 3, Set.of())));

    private static Map.Entry<String, Operator> operator(
            String name, int least, int most, String... attributes) {
        return Map.entry(name, new Operator(least, most, 1, Set.of(attributes)));
    }

    static List<String> students() {
        return Architectures.names().stream()
                .filter(name -> !Architectures.summarises(name))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("students")
    void everyVariantKeepsTheRules(String student, @TempDir Path folder) throws IOException {
        for (List<String> modalities :
                List.of(List.of("rgb"), List.of("rgb", "spectrum", "vibration"))) {
            Schema schema = Networks.everything().select(modalities);
            Architecture architecture = Architectures.student(schema, student);
            List<Map<String, float[]>> captures = Networks.captures(architecture, 8, 5);
            Exported exported =
                    Export.write(
                            architecture,
                            Networks.weights(architecture, 3),
                            schema,
                            Map.of("retort.model", "sorter"),
                            new Captures(captures, captures, captures, true),
                            Quantization.usual(architecture, TargetProfile.ANY),
                            EnumSet.allOf(Variant.class),
                            folder);
            for (Path file : exported.files().values()) {
                ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
                assertThat(model.getIrVersion()).isEqualTo(8);
                assertThat(model.getOpsetImportList())
                        .singleElement()
                        .satisfies(set -> assertThat(set.getVersion()).isEqualTo(13))
                        .satisfies(set -> assertThat(set.getDomain()).isEmpty());
                assertThat(
                                model.getMetadataPropsList().stream()
                                        .map(StringStringEntryProto::getKey))
                        .doesNotHaveDuplicates();
                keepsTheRules(model.getGraph());
            }
        }
    }

    private static void keepsTheRules(GraphProto graph) {
        assertThat(graph.getName()).isNotEmpty();
        Set<String> made = new HashSet<>();
        Set<String> asked = new HashSet<>();
        for (ValueInfoProto input : graph.getInputList()) {
            assertThat(made.add(input.getName())).as(input.getName()).isTrue();
        }
        for (TensorProto tensor : graph.getInitializerList()) {
            assertThat(made.add(tensor.getName())).as(tensor.getName()).isTrue();
            long values = 1;
            for (long dimension : tensor.getDimsList()) {
                values *= dimension;
            }
            assertThat(tensor.getRawData().size())
                    .as(tensor.getName())
                    .isEqualTo((int) (values * bytes(tensor)));
        }
        Set<String> names = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            String name = node.getOpType() + " " + node.getOutput(0);
            Operator operator = Objects.requireNonNull(OPERATORS.get(node.getOpType()), name);
            assertThat(node.getName().isEmpty() || names.add(node.getName())).as(name).isTrue();
            assertThat(node.getInputCount()).as(name).isBetween(operator.least(), operator.most());
            assertThat(node.getOutputCount()).as(name).isEqualTo(operator.outputs());
            assertThat(node.getAttributeList().stream().map(AttributeProto::getName))
                    .as(name)
                    .doesNotHaveDuplicates()
                    .isSubsetOf(operator.attributes());
            assertThat(made)
                    .as(name + " reads what was made before")
                    .containsAll(node.getInputList());
            asked.addAll(node.getInputList());
            for (String output : node.getOutputList()) {
                assertThat(made.add(output)).as(output + " is made once").isTrue();
            }
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            assertThat(made).contains(output.getName());
            asked.add(output.getName());
        }
        made.removeAll(asked);
        assertThat(made).as("what nobody reads").isEmpty();
    }

    private static int bytes(TensorProto tensor) {
        return switch (Objects.requireNonNull(
                TensorProto.DataType.forNumber(tensor.getDataType()))) {
            case FLOAT, INT32 -> 4;
            case FLOAT16 -> 2;
            case INT8, UINT8 -> 1;
            case INT64 -> 8;
            default -> throw new AssertionError(tensor.getName() + " of another type");
        };
    }
}

package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.BatchNormalization;
import io.retort.learning.architecture.Convolution;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.GlobalAveragePool;
import io.retort.learning.architecture.WeightBytes;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FamilyTests {

    @TempDir Path folder;

    static Stream<Arguments> students() {
        List<Schema> schemas =
                List.of(
                        Networks.camera(64),
                        Networks.camera(32),
                        signal(60),
                        signal(6000),
                        Networks.everything());
        return Stream.concat(
                Stream.of(
                        Arguments.of(
                                Named.of(
                                        "retort-summary",
                                        Architectures.student(summary(), "retort-summary")),
                                Named.of("summary", summary()))),
                ofEach(schemas));
    }

    private static Stream<Arguments> ofEach(List<Schema> schemas) {
        return Architectures.names().stream()
                .flatMap(name ->
                        schemas.stream()
                                .map(schema ->
                                        Arguments.of(
                                                Named.of(name, Architectures.student(schema, name)),
                                                Named.of(schema.name(), schema))));
    }

    private static Schema summary() {
        List<List<Double>> edges = new ArrayList<>(Collections.nCopies(31, List.of(0.0, 0.5, 1.0)));
        return new Schema(
                "summary",
                Map.of("rgb", new ImageSummaryModality(3, 64, 64, 1 / 255.0, edges)),
                Networks.heads());
    }

    private static Schema signal(int steps) {
        return new Schema(
                "signal",
                Map.of(
                        "vibration",
                        new SignalModality(
                                5,
                                steps,
                                1,
                                Collections.nCopies(5, 0.0),
                                Collections.nCopies(5, 1.0))),
                Networks.heads());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("students")
    void bothFilesAnswerAsTheNetworkDoes(Architecture architecture, Schema schema)
            throws IOException {
        Weights weights = Networks.weights(architecture, 7);
        List<Map<String, float[]>> captures = Networks.captures(architecture, 32, 3);
        Exported exported =
                Export.write(
                        architecture,
                        weights,
                        schema,
                        Map.of(),
                        Captures.of(captures, captures),
                        folder);
        assertThat(exported.parityMaxAbsDiff()).isLessThanOrEqualTo(Parity.TOLERANCE);
        List<Map<String, float[]>> others = Networks.captures(architecture, 64, 12);
        try (OnnxModel fp32 = OnnxModel.open(exported.fp32());
                OnnxModel int8 = OnnxModel.open(exported.int8())) {
            List<Map<String, float[]>> expected = fp32.run(others);
            List<Map<String, float[]>> actual = int8.run(others);
            for (String head : architecture.heads().keySet()) {
                // Random networks tell captures apart but little, so that rounding shows.
                assertThat(error(head, expected, actual)).as(head).isLessThan(0.35);
            }
        }
        WeightBytes estimated = architecture.weightBytes();
        // What a file has beside its weights: the graph, and the schema.
        assertThat(Files.size(exported.fp32()) - estimated.fp32()).isBetween(0L, 20_000L);
        assertThat(Files.size(exported.int8()) - estimated.int8()).isBetween(0L, 140_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retort-separable-x0.25", "retort-separable-x1", "article"})
    void everyOperatorOfAMemberRunsInIntegers(String name) throws Exception {
        Schema schema = Networks.everything().select(List.of("rgb", "vibration"));
        Architecture architecture = Architectures.student(schema, name);
        List<Map<String, float[]>> captures = Networks.captures(architecture, 8, 3);
        Weights weights = Networks.weights(architecture, 7);
        Exported exported =
                Export.write(
                        architecture,
                        weights,
                        schema,
                        Map.of(),
                        Captures.of(captures, captures),
                        Quantization.by(Calibrator.MIN_MAX, TargetProfile.X86_VNNI),
                        Set.of(),
                        folder);
        List<String> operators = optimized(exported.int8());
        assertThat(operators)
                .filteredOn(operator -> !operator.equals("Pad"))
                .containsOnly(
                        "QuantizeLinear",
                        "Transpose",
                        "QLinearConv",
                        "QLinearGlobalAveragePool",
                        "Flatten",
                        "QLinearMul",
                        "QLinearConcat",
                        "QGemm");
        assertThat(operators)
                .filteredOn("QLinearConv"::equals)
                .hasSize(
                        (int)
                                architecture.encoders().stream()
                                        .flatMap(encoder -> encoder.layers().stream())
                                        .filter(Convolution.class::isInstance)
                                        .count());
    }

    /// Operators as ONNX Runtime runs them on this machine.
    private List<String> optimized(Path file) throws OrtException, IOException {
        Path optimized = folder.resolve("optimized.onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Else it warns that such a file fits this machine alone.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizedModelFilePath(optimized.toString());
            OrtEnvironment.getEnvironment().createSession(file.toString(), options).close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(optimized)).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }

    /// Root mean square of the difference, as a share of the captures' own deviation.
    private static double error(
            String head, List<Map<String, float[]>> expected, List<Map<String, float[]>> actual) {
        float[] first = values(expected.getFirst(), head);
        double[] mean = new double[first.length];
        for (Map<String, float[]> row : expected) {
            for (int j = 0; j < mean.length; j++) {
                mean[j] += (double) values(row, head)[j] / expected.size();
            }
        }
        double squares = 0;
        double spread = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < mean.length; j++) {
                double value = values(expected.get(i), head)[j];
                squares += Math.pow(value - values(actual.get(i), head)[j], 2);
                spread += Math.pow(value - mean[j], 2);
            }
        }
        return Math.sqrt(squares / spread);
    }

    private static float[] values(Map<String, float[]> row, String head) {
        return Objects.requireNonNull(row.get(head));
    }

    @Test
    void everyDepthwiseFilterHasItsOwnScale() throws IOException {
        // Two filters, the second a hundredth of the first: one scale for both would make it 0.
        Architecture architecture =
                new Architecture(
                        "filters",
                        List.of(
                                new Encoder(
                                        "x",
                                        new TensorShape(2, 3, 3),
                                        List.of(
                                                new Convolution(2, 2, 3, 3, 3, 3, 2),
                                                new BatchNormalization(2),
                                                new GlobalAveragePool()))),
                        2,
                        0,
                        Map.of("answer", 2));
        float[] filters = {
            0, 0, 0, 0, 1.27f, -0.64f, 0, 0, 0, /**/ 0, 0, 0, 0, 0.0127f, -0.004f, 0, 0, 0
        };
        Weights weights = filters(architecture, filters);
        GraphProto floats = FloatGraph.of(architecture, weights);
        List<Map<String, float[]>> captures = Networks.captures(architecture, 64, 5);
        GraphProto graph =
                QuantizedGraph.of(
                        floats,
                        Calibration.ranges(
                                floats,
                                QuantizedGraph.calibrated(floats),
                                captures,
                                Calibrator.MIN_MAX),
                        Quantization.by(Calibrator.MIN_MAX, TargetProfile.X86_VNNI));
        // Folding divides by the square root of variance 1 and epsilon.
        double folded = 1 / Math.sqrt(1 + 1e-5);
        assertThat(Onnx.values(initializer(graph, "/encoders/x/0/weight/scale")))
                .containsExactly(
                        new float[] {(float) (0.01 * folded), (float) (0.0001 * folded)},
                        within(1e-8f));
        assertThat(initializer(graph, "/encoders/x/0/weight/q").getRawData().toByteArray())
                .containsExactly(0, 0, 0, 0, 127, -64, 0, 0, 0, /**/ 0, 0, 0, 0, 127, -40, 0, 0, 0);
    }

    private static Weights filters(Architecture architecture, float[] filters) {
        Map<String, Weights.Tensor> tensors =
                new LinkedHashMap<>(Weights.initial(architecture, 1).tensors());
        tensors.put("encoders.x.0.weight", new Weights.Tensor(List.of(2, 1, 3, 3), filters));
        return new Weights(tensors);
    }

    private static TensorProto initializer(GraphProto graph, String name) {
        return graph.getInitializerList().stream()
                .filter(tensor -> tensor.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

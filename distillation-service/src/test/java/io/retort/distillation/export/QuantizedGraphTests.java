package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Augmentation;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizedGraphTests {

    @TempDir Path folder;

    @Test
    void aTinyLayerComputesInIntegers() throws IOException {
        GraphProto floats = tiny();
        assertThat(QuantizedGraph.calibrated(floats)).containsExactly("x", "/fusion");
        try (OnnxModel model = keeping()) {
            // 100 x 127 - 50 x 64 + 1000 = 10500 steps of 1e-4: 1.05, that is 105 steps of 0.01.
            // 105 x -127 + 25000 = 11665 steps of 2e-5. The 1.004 is rounded away.
            assertThat(answer(model, 1.004f, 0.5f)).isCloseTo(0.2333f, within(1e-6f));
            // The sum 3.3385 exceeds the range and stops at step 255: -7385 steps.
            assertThat(answer(model, 3, 0)).isCloseTo(-0.1477f, within(1e-6f));
            // A sum below 0 is rectified.
            assertThat(answer(model, 0, 2)).isCloseTo(0.5f, within(1e-6f));
        }
    }

    @Test
    void keptLayersComputeInFloats() throws IOException {
        try (OnnxModel model = keeping("/fusion/sum")) {
            // 1.27 x 1.004 - 0.64 x 0.5 + 0.1 = 1.05508: 106 steps of 0.01.
            // 106 x -127 + 25000 = 11538 steps of 2e-5.
            assertThat(answer(model, 1.004f, 0.5f)).isCloseTo(0.23076f, within(1e-6f));
        }
        try (OnnxModel model = keeping("answer")) {
            // 105 steps as above, then 0.5 - 0.254 x 1.05.
            assertThat(answer(model, 1.004f, 0.5f)).isCloseTo(0.2333f, within(1e-6f));
        }
        try (OnnxModel model = keeping("answer", "/fusion/sum")) {
            assertThat(answer(model, 1.004f, 0.5f)).isCloseTo(0.2320097f, within(1e-6f));
        }
        assertThatThrownBy(() -> keeping("fusion")).hasMessage("no layers to keep named [fusion]");
    }

    @Test
    void everythingKeptIsTheFloatGraph() {
        Architecture teacher = Architectures.teacher(Networks.everything());
        GraphProto floats = FloatGraph.of(teacher, Networks.weights(teacher, 7));
        List<String> layers = WeightLayer.of(floats).stream().map(WeightLayer::output).toList();
        Map<String, Range> ranges = new LinkedHashMap<>();
        QuantizedGraph.calibrated(floats).forEach(name -> ranges.put(name, Range.unit()));
        GraphProto kept =
                QuantizedGraph.of(
                        floats,
                        ranges,
                        Quantization.by(Calibrator.MIN_MAX, TargetProfile.X86_VNNI)
                                .keeping(layers));
        assertThat(kept.getNodeList()).isEqualTo(floats.getNodeList());
        assertThat(kept.getInitializerList())
                .containsExactlyElementsOf(floats.getInitializerList());
    }

    @Test
    void keptLayersOfRealNetworksLeaveTheRestInIntegers() throws Exception {
        Architecture camera = Architectures.student(Networks.camera(64));
        Weights weights = Networks.weights(camera, 7);
        List<String> operators =
                optimized(int8(camera, weights, "/encoders/rgb/0")).stream()
                        .filter(o -> !o.equals("Transpose") && !o.startsWith("Reorder"))
                        .toList();
        assertThat(operators.getFirst()).contains("Conv").doesNotContain("QLinear");
        assertThat(operators.subList(1, operators.size()))
                .containsExactly(
                        "QuantizeLinear",
                        "QLinearConv",
                        "QLinearConv",
                        "QLinearConv",
                        "QLinearGlobalAveragePool",
                        "Flatten",
                        "QGemm",
                        "QGemm",
                        "QGemm");
        Architecture two = Architectures.student(Networks.everything());
        Weights theirs = Networks.weights(two, 7);
        List<Map<String, float[]>> captures = Networks.withGaps(Networks.captures(two, 16, 9));
        try (OnnxModel fp32 = fp32(two, theirs);
                OnnxModel kept =
                        OnnxModel.of(
                                int8(
                                        two,
                                        theirs,
                                        captures,
                                        "/encoders/rgb/0",
                                        "/encoders/rgb/9",
                                        "/fusion/sum"),
                                "kept")) {
            for (String head : two.heads().keySet()) {
                assertClose(heads(kept, captures, head), heads(fp32, captures, head), 0.05);
            }
        }
    }

    /// Takes two values, has one hidden sum and one head.
    private static GraphProto tiny() {
        Architecture architecture =
                new Architecture(
                        "tiny",
                        List.of(new Encoder("x", new TensorShape(2, 1, 1), List.of(new Flatten()))),
                        1,
                        0,
                        Map.of("answer", 1));
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fusion.weight", tensor(List.of(1, 2), 1.27f, -0.64f));
        tensors.put("fusion.bias", tensor(List.of(1), 0.1f));
        tensors.put("heads.answer.weight", tensor(List.of(1, 1), -0.254f));
        tensors.put("heads.answer.bias", tensor(List.of(1), 0.5f));
        return FloatGraph.of(architecture, new Weights(tensors));
    }

    private static OnnxModel keeping(String... layers) throws IOException {
        Map<String, Range> ranges =
                Map.of("x", new Range(0, 2.55f), "/fusion", new Range(0, 2.55f));
        Quantization quantization =
                Quantization.by(Calibrator.MIN_MAX, TargetProfile.X86_VNNI)
                        .keeping(List.of(layers));
        return OnnxModel.of(
                Onnx.model(QuantizedGraph.of(tiny(), ranges, quantization), Map.of()), "tiny");
    }

    private static Weights.Tensor tensor(List<Integer> shape, float... values) {
        return new Weights.Tensor(shape, values);
    }

    private static float answer(OnnxModel model, float... x) {
        return heads(model, List.of(Map.of("x", x)), "answer").getFirst()[0];
    }

    @Test
    void everyOperatorRunsInIntegers() throws Exception {
        Architecture camera = Architectures.student(Networks.camera(64));
        assertThat(optimized(int8(camera, Networks.weights(camera, 7))))
                .filteredOn(operator -> !operator.equals("Transpose"))
                .containsExactly(
                        "QuantizeLinear",
                        "Pad",
                        "QLinearConv",
                        "QLinearConv",
                        "QLinearConv",
                        "QLinearConv",
                        "QLinearGlobalAveragePool",
                        "Flatten",
                        "QGemm",
                        "QGemm",
                        "QGemm");
        Architecture teacher = Architectures.teacher(Networks.everything());
        List<String> operators = optimized(int8(teacher, Networks.weights(teacher, 7)));
        assertThat(operators)
                .containsOnly(
                        "QuantizeLinear",
                        "Pad",
                        "Transpose",
                        "QLinearConv",
                        "QLinearGlobalAveragePool",
                        "Flatten",
                        "QLinearMul",
                        "QLinearConcat",
                        "QGemm");
        assertThat(operators).filteredOn("QLinearConv"::equals).hasSize(5 + 5 + 3);
        assertThat(operators).filteredOn("QGemm"::equals).hasSize(1 + 1 + 2);
    }

    @Test
    void aPicturesFourthChannelMeetsWeightsOfZero() throws IOException {
        Architecture camera = Architectures.student(Networks.camera(16));
        GraphProto floats = FloatGraph.of(camera, Networks.weights(camera, 7));
        GraphProto graph =
                Quantization.by(Calibrator.MIN_MAX, TargetProfile.X86_VNNI)
                        .of(floats, Networks.captures(camera, 4, 3));
        float scale = Onnx.values(WeightLayer.tensor(graph, "rgb/scale"))[0];
        byte[] three =
                QuantizedLayer.of(
                                Onnx.values(WeightLayer.tensor(floats, "/encoders/rgb/0/weight")),
                                Onnx.values(WeightLayer.tensor(floats, "/encoders/rgb/0/bias")),
                                scale,
                                127)
                        .weight();
        TensorProto four = WeightLayer.tensor(graph, "/encoders/rgb/0/weight/q");
        assertThat(four.getDimsList()).containsExactly(16L, 4L, 3L, 3L);
        byte[] values = four.getRawData().toByteArray();
        for (int output = 0; output < 16; output++) {
            assertThat(Arrays.copyOfRange(values, output * 36, output * 36 + 27))
                    .containsExactly(Arrays.copyOfRange(three, output * 27, output * 27 + 27));
            assertThat(Arrays.copyOfRange(values, output * 36 + 27, output * 36 + 36))
                    .containsOnly(0);
        }
        NodeProto pad =
                graph.getNodeList().stream()
                        .filter(node -> node.getOpType().equals("Pad"))
                        .findFirst()
                        .orElseThrow();
        assertThat(pad.getInputList()).containsExactly("rgb/q", "rgb/pads", "rgb/zero");
    }

    @Test
    void theFileIsLessThanAThirdOfTheFloatOne() throws IOException {
        for (Architecture architecture :
                List.of(
                        Architectures.student(Networks.camera(64)),
                        Architectures.teacher(Networks.everything()))) {
            Weights weights = Networks.weights(architecture, 7);
            int fp32 = Onnx.model(FloatGraph.of(architecture, weights), Map.of()).length;
            assertThat((double) int8(architecture, weights).length / fp32).isLessThan(0.3);
        }
    }

    @Test
    void integersMeanWhatThePairsSay() throws Exception {
        Architecture architecture = Architectures.student(Networks.everything());
        byte[] bytes = int8(architecture, Networks.weights(architecture, 5));
        List<Map<String, float[]>> captures =
                Networks.withGaps(Networks.captures(architecture, 16, 9));
        try (OnnxModel integers = OnnxModel.of(bytes, "fused");
                OnnxModel pairs = unfused(bytes)) {
            for (String head : architecture.heads().keySet()) {
                assertClose(heads(integers, captures, head), heads(pairs, captures, head), 0.02);
            }
        }
    }

    /// A session that runs the pairs one by one, as any runtime may.
    static OnnxModel unfused(byte[] bytes) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            return new OnnxModel(OrtEnvironment.getEnvironment().createSession(bytes, options));
        }
    }

    @Test
    void randomNetworksAnswerNearlyTheSame() throws IOException {
        Architecture architecture = Architectures.teacher(Networks.everything());
        Weights weights = Networks.weights(architecture, 11);
        List<Map<String, float[]>> captures = Networks.captures(architecture, 24, 12);
        captures.addAll(Networks.withGaps(captures));
        try (OnnxModel fp32 = fp32(architecture, weights);
                OnnxModel int8 = OnnxModel.of(int8(architecture, weights), "int8")) {
            for (String head : architecture.heads().keySet()) {
                assertClose(heads(int8, captures, head), heads(fp32, captures, head), 0.05);
            }
        }
    }

    @Test
    void aTrainedNetworkKeepsItsDecisions() throws IOException {
        Schema schema = Networks.camera(16);
        Architecture architecture = Architectures.student(schema);
        List<Example> examples = new ArrayList<>();
        List<Map<String, float[]>> training = Networks.captures(architecture, 128, 1);
        for (int i = 0; i < training.size(); i++) {
            Map<String, Float> targets = Map.of("material", (float) (i % 4), "quality", 0.5f);
            examples.add(new Example("c" + i, "g" + i, training.get(i), targets, null));
        }
        Weights weights =
                Training.run(
                        Assignment.of(
                                architecture,
                                schema,
                                examples,
                                Recipe.annotations(),
                                new TrainingSettings(
                                        8,
                                        1,
                                        16,
                                        2e-3,
                                        1e-4,
                                        1,
                                        20,
                                        0.5,
                                        0,
                                        0,
                                        Augmentation.none(),
                                        1)),
                        _ -> {},
                        () -> false);
        List<Map<String, float[]>> heldOut = Networks.captures(architecture, 200, 99);
        try (OnnxModel fp32 = fp32(architecture, weights);
                OnnxModel int8 = OnnxModel.of(int8(architecture, weights, training), "int8")) {
            List<float[]> expected = heads(fp32, heldOut, "material");
            List<float[]> actual = heads(int8, heldOut, "material");
            int right = 0;
            int agreed = 0;
            for (int i = 0; i < heldOut.size(); i++) {
                right += top(expected.get(i)) == i % 4 ? 1 : 0;
                agreed += top(expected.get(i)) == top(actual.get(i)) ? 1 : 0;
            }
            assertThat(right).as("the network has learned").isGreaterThan(180);
            assertThat(agreed).isGreaterThanOrEqualTo(198);
            assertClose(actual, expected, 0.05);
            assertClose(heads(int8, heldOut, "quality"), heads(fp32, heldOut, "quality"), 0.1);
        }
    }

    private static OnnxModel fp32(Architecture architecture, Weights weights) throws IOException {
        return OnnxModel.of(Onnx.model(FloatGraph.of(architecture, weights), Map.of()), "fp32");
    }

    private static byte[] int8(Architecture architecture, Weights weights, String... kept)
            throws IOException {
        return int8(architecture, weights, Networks.captures(architecture, 32, 3), kept);
    }

    private static byte[] int8(
            Architecture architecture,
            Weights weights,
            List<Map<String, float[]>> calibration,
            String... kept)
            throws IOException {
        Quantization quantization =
                Quantization.by(Calibrator.MIN_MAX, TargetProfile.X86_VNNI).keeping(List.of(kept));
        GraphProto floats = FloatGraph.of(architecture, weights);
        return Onnx.model(quantization.of(floats, calibration), Map.of());
    }

    private static List<float[]> heads(
            OnnxModel model, List<Map<String, float[]>> captures, String head) {
        List<float[]> values = new ArrayList<>();
        for (Map<String, float[]> row : model.run(captures)) {
            float[] value = row.get(head);
            assertThat(value).isNotNull();
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /// @param share largest difference, as a share of the widest spread of the expected values
    private static void assertClose(List<float[]> actual, List<float[]> expected, double share) {
        double spread = 0;
        double difference = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int j = 0; j < expected.get(i).length; j++) {
                spread = Math.max(spread, Math.abs(expected.get(i)[j]));
                difference = Math.max(difference, Math.abs(expected.get(i)[j] - actual.get(i)[j]));
            }
        }
        assertThat(difference).isLessThanOrEqualTo(share * spread);
    }

    private static int top(float[] logits) {
        int top = 0;
        for (int i = 1; i < logits.length; i++) {
            top = logits[i] > logits[top] ? i : top;
        }
        return top;
    }

    /// Operators as ONNX Runtime runs them on this machine, in order.
    private List<String> optimized(byte[] bytes) throws OrtException, IOException {
        Path file = folder.resolve("optimized.onnx");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Else it warns that such a file fits this machine alone.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.setOptimizedModelFilePath(file.toString());
            OrtEnvironment.getEnvironment().createSession(bytes, options).close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }
}

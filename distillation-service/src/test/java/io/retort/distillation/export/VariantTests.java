package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VariantTests {

    @Test
    void everyVariantIsAFileOfItsOwnThatAnswersNearlyTheSame(@TempDir Path folder)
            throws IOException {
        Schema schema = Networks.everything();
        Architecture architecture = Architectures.student(schema);
        List<Map<String, float[]>> captures = Networks.captures(architecture, 24, 5);
        Exported exported =
                Export.write(
                        architecture,
                        Networks.weights(architecture, 3),
                        schema,
                        Map.of("retort.model", "sorter"),
                        Captures.of(captures, captures),
                        Quantization.usual(architecture, TargetProfile.ANY),
                        EnumSet.allOf(Variant.class),
                        folder);
        assertThat(exported.files()).containsOnlyKeys(Variant.values());
        for (Variant variant : Variant.values()) {
            Path file = exported.file(variant);
            assertThat(file).hasFileName(variant.title() + ".onnx");
            ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(file));
            assertThat(proto.getIrVersion()).isEqualTo(8);
            assertThat(proto.getOpsetImportList()).hasSize(1);
            try (OnnxModel model = OnnxModel.open(file);
                    OnnxModel fp32 = OnnxModel.open(exported.fp32())) {
                assertThat(model.metadata()).containsEntry("retort.variant", variant.title());
                float[] expected = material(fp32, captures.subList(0, 1));
                assertThat(material(model, captures.subList(0, 1)))
                        .containsExactly(expected, within(variant == Variant.FP16 ? 0.01f : 0.1f));
            }
        }
        long fp32 = Files.size(exported.fp32());
        // Metadata aside, 16 bits halve the file.
        assertThat(Files.size(exported.file(Variant.FP16)) / (double) fp32).isBetween(0.45, 0.6);
        assertThat(Files.size(exported.file(Variant.DYNAMIC))).isLessThan(fp32);
    }

    @Test
    void stemsOfPicturesAndNarrowDepthwiseLayersBehindThemStayFloat() {
        Schema schema = Networks.everything();
        assertThat(usual(schema, "retort-plain").kept()).isEmpty();
        assertThat(usual(schema, "retort-separable-x1").kept()).isEmpty();
        assertThat(usual(schema, "retort-separable-x0.5").kept())
                .containsExactly(
                        "/encoders/rgb/0",
                        "/encoders/rgb/3",
                        "/encoders/thermal/0",
                        "/encoders/thermal/3");
        assertThat(usual(schema.select(List.of("spectrum", "vibration")), "retort-plain"))
                .isEqualTo(Quantization.by(Calibrator.MSE, TargetProfile.ANY).corrected());
    }

    private static Quantization usual(Schema schema, String student) {
        return Quantization.usual(Architectures.student(schema, student), TargetProfile.ANY);
    }

    @Test
    void halvesAreTheNearestSixteenBitFloats() throws IOException {
        // 0.1 is 0.0999755859375 in 16 bits, 1.27 is 1.26953125; 70,000 does not fit.
        GraphProto half = HalfGraph.of(tiny(0.1f, 1.27f, 70_000));
        try (OnnxModel model = OnnxModel.of(Onnx.model(half, Map.of()), "half")) {
            // Rectified 0.0999755859375 x 1 + 1.26953125 x 2, biases being 0.
            assertThat(answer(model, 1, 2)).isEqualTo(70_000 * (0.09997559f + 2.5390625f));
        }
    }

    @Test
    void dynamicLayersTakeTheRangeOfWhatTheyAreGiven() throws IOException {
        GraphProto dynamic = DynamicGraph.of(tiny(1.27f, -0.64f, 1), TargetProfile.X86_VNNI);
        try (OnnxModel model = OnnxModel.of(Onnx.model(dynamic, Map.of()), "dynamic")) {
            // Steps of 2.55 / 255 of the input and 0.01 of the weight are exact: 1.27 x 2.55 -
            // 0.64 x 0.5 = 2.9185, which is the head's own range. Its weight 1 is 127 steps.
            assertThat(answer(model, 2.55f, 0.5f)).isCloseTo(2.9185f, within(1e-5f));
            // A hundred times as much is as exact: nothing was calibrated.
            assertThat(answer(model, 255, 50)).isCloseTo(291.85f, within(1e-3f));
            // 0.504 lies between steps of 0.01 and is rounded to 0.50.
            assertThat(answer(model, 2.55f, 0.504f)).isCloseTo(2.9185f, within(1e-5f));
        }
    }

    /// answer = head x max(0, first x_1 + second x_2)
    private static GraphProto tiny(float first, float second, float head) {
        Architecture architecture =
                new Architecture(
                        "tiny",
                        List.of(new Encoder("x", new TensorShape(2, 1, 1), List.of(new Flatten()))),
                        1,
                        0,
                        Map.of("answer", 1));
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put(
                "fusion.weight", new Weights.Tensor(List.of(1, 2), new float[] {first, second}));
        tensors.put("fusion.bias", new Weights.Tensor(List.of(1), new float[1]));
        tensors.put("heads.answer.weight", new Weights.Tensor(List.of(1, 1), new float[] {head}));
        tensors.put("heads.answer.bias", new Weights.Tensor(List.of(1), new float[1]));
        return FloatGraph.of(architecture, new Weights(tensors));
    }

    private static float answer(OnnxModel model, float... x) {
        return Objects.requireNonNull(model.run(List.of(Map.of("x", x))).getFirst().get("answer"))[
                0];
    }

    private static float[] material(OnnxModel model, List<Map<String, float[]>> capture) {
        return Objects.requireNonNull(model.run(capture).getFirst().get("material"));
    }
}

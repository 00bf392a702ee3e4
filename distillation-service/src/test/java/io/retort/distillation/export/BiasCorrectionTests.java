package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.model.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BiasCorrectionTests {

    private final Quantization usual =
            Quantization.by(Calibrator.MIN_MAX, TargetProfile.X86_VNNI).corrected();

    @Test
    void biasesMakeUpForTheMeanErrorOfAllLayersBefore() throws IOException {
        Architecture architecture =
                new Architecture(
                        "tiny",
                        List.of(new Encoder("x", new TensorShape(2, 1, 1), List.of(new Flatten()))),
                        1,
                        0,
                        Map.of("answer", 1));
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fusion.weight", tensor(List.of(1, 2), 1.27f, 0.0049f));
        tensors.put("fusion.bias", tensor(List.of(1), 0.1f));
        tensors.put("heads.answer.weight", tensor(List.of(1, 1), 1.27f));
        tensors.put("heads.answer.bias", tensor(List.of(1), 0.5f));
        GraphProto floats = FloatGraph.of(architecture, new Weights(tensors));
        Map<String, Range> ranges =
                Map.of("x", new Range(0, 2.55f), "/fusion", new Range(0, 2.55f));
        List<Map<String, float[]>> captures =
                List.of(Map.of("x", new float[] {0, 0.5f}), Map.of("x", new float[] {0, 1.5f}));

        GraphProto corrected = BiasCorrection.of(floats, ranges, usual, captures);

        // Of 0.0049 no step of 0.01 is left: 0.0049 x 1 is missing on average.
        assertThat(values(corrected, "/fusion/sum/bias")[0]).isCloseTo(0.1049f, within(1e-4f));
        // Then both captures have 0.1049, held as 0.10; without, 0.1025 and 0.1074 are wanted.
        assertThat(values(corrected, "/heads/answer/bias")[0])
                .isCloseTo(0.5f + 1.27f * 0.0049f, within(2e-4f));
        assertThat(values(corrected, "/fusion/sum/weight"))
                .isEqualTo(values(floats, "/fusion/sum/weight"));
    }

    @Test
    void capturesFromEverywhereInTheListAreLookedAt() throws IOException {
        Architecture architecture =
                new Architecture(
                        "tiny",
                        List.of(new Encoder("x", new TensorShape(1, 1, 1), List.of(new Flatten()))),
                        1,
                        0,
                        Map.of("answer", 1));
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fusion.weight", tensor(List.of(1, 1), 1.27f));
        tensors.put("fusion.bias", tensor(List.of(1), 0));
        tensors.put("heads.answer.weight", tensor(List.of(1, 1), 1.27f));
        tensors.put("heads.answer.bias", tensor(List.of(1), 0));
        GraphProto floats = FloatGraph.of(architecture, new Weights(tensors));
        Map<String, Range> ranges = Map.of("x", new Range(0, 2.55f), "/fusion", new Range(0, 5.1f));
        // 1 is a whole number of steps of 0.01; 1.004 loses 0.004. The latter are the second half.
        List<Map<String, float[]>> captures = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            captures.add(Map.of("x", new float[] {i < 128 ? 1 : 1.004f}));
        }

        GraphProto corrected = BiasCorrection.of(floats, ranges, usual, captures);

        assertThat(values(corrected, "/fusion/sum/bias")[0])
                .isCloseTo(1.27f * 0.004f / 2, within(1e-4f));
    }

    @Test
    void meanAnswersComeCloserToTheFloatOnes() throws IOException {
        Architecture architecture =
                Architectures.student(
                        Networks.everything().select(List.of("rgb", "spectrum")),
                        "retort-separable-x0.25");
        GraphProto floats = FloatGraph.of(architecture, Networks.weights(architecture, 4));
        List<Map<String, float[]>> captures =
                Networks.withGaps(Networks.captures(architecture, 48, 5));
        Quantization plain = Quantization.by(Calibrator.MIN_MAX, TargetProfile.ANY);
        double[] wanted = mean(floats, captures);
        double before = distance(wanted, mean(plain.of(floats, captures), captures));
        double after = distance(wanted, mean(plain.corrected().of(floats, captures), captures));
        assertThat(after).isLessThan(before / 3);
    }

    private static double distance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs(one[i] - other[i]);
        }
        return sum;
    }

    private static double[] mean(GraphProto graph, List<Map<String, float[]>> captures)
            throws IOException {
        double[] mean = new double[4];
        try (OnnxModel model = OnnxModel.of(Onnx.model(graph, Map.of()), "answers")) {
            for (Map<String, float[]> row : model.run(captures)) {
                float[] logits = Objects.requireNonNull(row.get("material"));
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += (double) logits[i] / captures.size();
                }
            }
        }
        return mean;
    }

    private static float[] values(GraphProto graph, String name) {
        return Onnx.values(WeightLayer.tensor(graph, name));
    }

    private static Weights.Tensor tensor(List<Integer> shape, float... values) {
        return new Weights.Tensor(shape, values);
    }
}

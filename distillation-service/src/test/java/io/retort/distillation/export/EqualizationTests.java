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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EqualizationTests {

    @Test
    void bothSidesOfAChannelReachTheSameRange() {
        Architecture architecture =
                new Architecture(
                        "tiny",
                        List.of(new Encoder("x", new TensorShape(2, 1, 1), List.of(new Flatten()))),
                        2,
                        0,
                        Map.of("answer", 1));
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fusion.weight", tensor(List.of(2, 2), 4, 2, /**/ 0.1f, -0.25f));
        tensors.put("fusion.bias", tensor(List.of(2), 1, 0.5f));
        tensors.put("heads.answer.weight", tensor(List.of(1, 2), 1, -4));
        tensors.put("heads.answer.bias", tensor(List.of(1), 3));

        GraphProto equal = Equalization.of(FloatGraph.of(architecture, new Weights(tensors)));

        // Ranges 4 and 1 give the factor 2, ranges 0.25 and 4 the factor 1/4.
        assertThat(values(equal, "/fusion/sum/weight")).containsExactly(2, 1, 0.4f, -1);
        assertThat(values(equal, "/fusion/sum/bias")).containsExactly(0.5f, 2);
        assertThat(values(equal, "/heads/answer/weight")).containsExactly(2, -1);
        assertThat(values(equal, "/heads/answer/bias")).containsExactly(3);
    }

    @Test
    void nearlyDeadChannelsAreNotBlownUp() {
        Architecture architecture =
                new Architecture(
                        "tiny",
                        List.of(new Encoder("x", new TensorShape(2, 1, 1), List.of(new Flatten()))),
                        1,
                        0,
                        Map.of("answer", 1));
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("fusion.weight", tensor(List.of(1, 2), 1e-8f, 0));
        tensors.put("fusion.bias", tensor(List.of(1), 1));
        tensors.put("heads.answer.weight", tensor(List.of(1, 1), 1));
        tensors.put("heads.answer.bias", tensor(List.of(1), 0));

        GraphProto equal = Equalization.of(FloatGraph.of(architecture, new Weights(tensors)));

        // Equal ranges would take a factor of 10,000, and the bias with it.
        assertThat(values(equal, "/fusion/sum/bias")).containsExactly(64);
        assertThat(values(equal, "/heads/answer/weight")).containsExactly(1 / 64f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retort-plain", "retort-separable-x0.5"})
    void networksAnswerAsBefore(String student) throws IOException {
        for (List<String> modalities :
                List.of(List.of("rgb"), List.of("rgb", "spectrum", "vibration"))) {
            Architecture architecture =
                    Architectures.student(Networks.everything().select(modalities), student);
            GraphProto floats = FloatGraph.of(architecture, Networks.weights(architecture, 4));
            GraphProto equal = Equalization.of(floats);
            assertThat(equal).isNotEqualTo(floats);
            List<Map<String, float[]>> captures = Networks.captures(architecture, 8, 5);
            try (OnnxModel before = OnnxModel.of(Onnx.model(floats, Map.of()), "before");
                    OnnxModel after = OnnxModel.of(Onnx.model(equal, Map.of()), "after")) {
                List<Map<String, float[]>> expected = before.run(captures);
                List<Map<String, float[]>> actual = after.run(captures);
                for (int i = 0; i < captures.size(); i++) {
                    for (String head : architecture.heads().keySet()) {
                        assertThat(actual.get(i).get(head))
                                .containsExactly(
                                        Objects.requireNonNull(expected.get(i).get(head)),
                                        within(2e-4f));
                    }
                }
            }
        }
    }

    @Test
    void depthwiseFiltersAreEqualizedWithTheLayersBesideThem() {
        Architecture architecture =
                Architectures.student(Networks.camera(32), "retort-separable-x0.25");
        GraphProto equal =
                Equalization.of(FloatGraph.of(architecture, Networks.weights(architecture, 4)));
        // The stem has 8 filters, the depthwise layer behind it one for each of them.
        float[] stem = values(equal, "/encoders/rgb/0/weight");
        float[] depthwise = values(equal, "/encoders/rgb/3/weight");
        assertThat(stem).hasSize(8 * 3 * 9);
        assertThat(depthwise).hasSize(8 * 9);
        for (int channel = 0; channel < 8; channel++) {
            assertThat(largest(stem, channel * 27, 27))
                    .isCloseTo(largest(depthwise, channel * 9, 9), within(0.02));
        }
    }

    private static double largest(float[] values, int from, int count) {
        double largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        return largest;
    }

    private static float[] values(GraphProto graph, String name) {
        return Onnx.values(WeightLayer.tensor(graph, name));
    }

    private static Weights.Tensor tensor(List<Integer> shape, float... values) {
        return new Weights.Tensor(shape, values);
    }
}

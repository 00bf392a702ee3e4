package io.retort.learning.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.retort.contract.schema.TensorShape;
import io.retort.learning.architecture.Activation;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.BatchNormalization;
import io.retort.learning.architecture.Convolution;
import io.retort.learning.architecture.Encoder;
import io.retort.learning.architecture.Flatten;
import io.retort.learning.architecture.GlobalAveragePool;
import io.retort.learning.architecture.Linear;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetworkTests {

    /// Two encoders: an image's 3x3 convolution with its normalisation, and a vector's linear
    /// layer.
    static final Architecture TINY =
            new Architecture(
                    "tiny",
                    List.of(
                            new Encoder(
                                    "rgb",
                                    new TensorShape(1, 2, 2),
                                    List.of(
                                            new Convolution(1, 1, 3, 3, 1, 1, 1),
                                            new BatchNormalization(1),
                                            new Activation(),
                                            new GlobalAveragePool())),
                            new Encoder(
                                    "spectrum",
                                    new TensorShape(1, 1, 2),
                                    List.of(new Flatten(), new Linear(2, 1), new Activation()))),
                    2,
                    0.5,
                    Map.of("material", 2));

    private static final Map<String, float[]> BOTH =
            Map.of("rgb", new float[] {1, 2, 3, 4}, "spectrum", new float[] {1, 3});

    private final NDManager step = Network.newManager();

    @AfterEach
    void close() {
        step.close();
    }

    @Test
    void aTinyNetworkAnswersWhatIsCalculatedByHand() {
        try (Network network = new Network(TINY, weights(), false)) {
            Network.Outputs outputs = forward(network, List.of(BOTH), null);
            // The kernel of ones sums all four pixels at each place: 10. Normalised by mean 4 and
            // variance 9: 2, times 2 plus 1: 5. The vector: 2 * 1 - 3 + 4 = 3.
            assertThat(floats(outputs.features(), "rgb"))
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(5f);
            assertThat(floats(outputs.features(), "spectrum")).containsExactly(3f);
            // Fused: max(0, 5 + 2 * 3 - 1) = 10, max(0, -5 + 3) = 0.
            assertThat(floats(outputs.features(), Prediction.FUSED))
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(10f, 0f);
            // Head: 10 * 0.5 + 1 = 6, 10 * -1 + 2 = -8.
            assertThat(floats(outputs.heads(), "material"))
                    .usingComparatorWithPrecision(1e-3f)
                    .containsExactly(6f, -8f);
            assertThat(floats(outputs.spatial(), "rgb"))
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(5f, 5f, 5f, 5f);
            assertThat(outputs.spatial()).containsOnlyKeys("rgb");
        }
    }

    @Test
    void anAbsentModalityIsZeroInTheFusionWhateverItsTensorHolds() {
        try (Network network = new Network(TINY, weights(), false)) {
            InputBatch inputs = InputBatch.of(step, TINY, List.of(BOTH));
            NDArray absent = step.zeros(new Shape(1, 1));
            Map<String, NDArray> presence =
                    Map.of("rgb", absent, "spectrum", step.ones(new Shape(1, 1)));
            Network.Outputs outputs = network.forward(inputs.tensors(), presence, null);
            Map<String, NDArray> garbage = new LinkedHashMap<>(inputs.tensors());
            garbage.put("rgb", step.create(new float[] {-7, 1e6f, 3, 0}, new Shape(1, 1, 2, 2)));
            Network.Outputs other = network.forward(garbage, presence, null);
            assertThat(floats(outputs.features(), "rgb")).containsExactly(0f);
            // Fused: max(0, 2 * 3 - 1) = 5, max(0, 3) = 3.
            assertThat(floats(outputs.features(), Prediction.FUSED)).containsExactly(5f, 3f);
            assertThat(floats(other.heads(), "material"))
                    .containsExactly(floats(outputs.heads(), "material"));
            assertThat(floats(outputs.features(), "spectrum")).containsExactly(3f);
        }
    }

    @Test
    void droppedFusedValuesReachNoHead() {
        try (Network network = new Network(TINY, weights(), true)) {
            NDArray dropout = step.create(new float[] {0, 2, 2, 0}, new Shape(2, 2));
            Network.Outputs outputs = forward(network, List.of(BOTH, BOTH), dropout);
            float[] logits = floats(outputs.heads(), "material");
            // The first row keeps the second fused value alone, which the head does not use.
            assertThat(logits[0]).isEqualTo(1);
            assertThat(logits[1]).isEqualTo(2);
            assertThat(logits[2]).isNotEqualTo(1);
        }
    }

    @Test
    void runningStatisticsMoveByTheMomentumTowardsTheBatch() {
        try (Network network = new Network(TINY, weights(), true)) {
            // Sums 10 and 20 at all four places each.
            List<Map<String, float[]>> batch =
                    List.of(
                            Map.of("rgb", new float[] {1, 2, 3, 4}),
                            Map.of("rgb", new float[] {2, 4, 6, 8}));
            forward(network, batch, step.ones(new Shape(2, 2)));
            double mean = 0.9 * 4 + 0.1 * 15;
            // 8 values with 25 each: the unbiased variance.
            double variance = 0.9 * 9 + 0.1 * 8 * 25 / 7;
            assertThat(network.weights().tensor("encoders.rgb.1.mean").values()[0])
                    .isCloseTo((float) mean, within(1e-4f));
            assertThat(network.weights().tensor("encoders.rgb.1.variance").values()[0])
                    .isCloseTo((float) variance, within(1e-3f));
        }
    }

    @Test
    void capturesWithoutAModalityStayOutOfItsBatchStatistics() {
        Map<String, float[]> first =
                Map.of("rgb", new float[] {1, 2, 3, 4}, "spectrum", new float[] {1, 3});
        Map<String, float[]> second =
                Map.of("rgb", new float[] {2, 4, 6, 8}, "spectrum", new float[] {2, 0});
        Map<String, float[]> blind = Map.of("spectrum", new float[] {0, 1});
        try (Network with = new Network(TINY, weights(), true);
                Network without = new Network(TINY, weights(), true)) {
            Network.Outputs mixed =
                    forward(with, List.of(first, blind, second, blind), step.ones(new Shape(4, 2)));
            Network.Outputs plain =
                    forward(without, List.of(first, second), step.ones(new Shape(2, 2)));
            assertThat(with.weights().digest()).isEqualTo(without.weights().digest());
            float[] features = floats(mixed.features(), "rgb");
            float[] expected = floats(plain.features(), "rgb");
            assertThat(features).containsExactly(expected[0], 0, expected[1], 0);
            assertThat(floats(mixed.spatial(), "rgb"))
                    .containsExactly(floats(plain.spatial(), "rgb"));
        }
    }

    @Test
    void aSingleRowIsNormalisedByTheRunningStatistics() {
        try (Network network = new Network(TINY, weights(), true)) {
            Weights before = network.weights();
            Network.Outputs outputs =
                    forward(
                            network,
                            List.of(BOTH, Map.of("spectrum", new float[] {0, 1})),
                            step.ones(new Shape(2, 2)));
            assertThat(floats(outputs.features(), "rgb")[0]).isCloseTo(5, within(1e-4f));
            assertThat(network.weights().digest()).isEqualTo(before.digest());
        }
    }

    @Test
    void aModalityThatNoRowCarriesIsAllZeros() {
        try (Network network = new Network(TINY, weights(), true)) {
            Map<String, float[]> blind = Map.of("spectrum", new float[] {1, 3});
            Network.Outputs outputs =
                    forward(network, List.of(blind, blind), step.ones(new Shape(2, 2)));
            assertThat(floats(outputs.features(), "rgb")).containsExactly(0f, 0f);
            assertThat(floats(outputs.features(), Prediction.FUSED))
                    .containsExactly(5f, 3f, 5f, 3f);
        }
    }

    @Test
    void everyParametersGradientIsTheSlopeOfTheLoss() {
        List<Map<String, float[]>> batch =
                List.of(
                        BOTH,
                        Map.of("rgb", new float[] {2, -1, 0.5f, 3}, "spectrum", new float[] {2, 1}),
                        Map.of("rgb", new float[] {0, 1, 0, 1}),
                        Map.of("spectrum", new float[] {1.5f, 0.5f}));
        NDArray dropout = step.ones(new Shape(4, 2));
        Weights weights = weights();
        try (Network network = new Network(TINY, weights, true)) {
            try (GradientCollector collector = Network.engine().newGradientCollector()) {
                collector.backward(sum(forward(network, batch, dropout)));
            }
            network.parameters()
                    .forEach((name, parameter) -> {
                        float[] gradient = parameter.getGradient().toFloatArray();
                        for (int i = 0; i < gradient.length; i++) {
                            double slope = slope(weights, name, i, batch, dropout);
                            assertThat((double) gradient[i])
                                    .as("%s[%d]", name, i)
                                    .isCloseTo(slope, within(2e-3 * Math.max(1, Math.abs(slope))));
                        }
                    });
        }
    }

    @Test
    void weightsOfAnotherNetworkAreRefused() {
        Weights whole = weights();
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(whole.tensors());
        tensors.remove("fusion.bias");
        assertThatThrownBy(() -> new Network(TINY, new Weights(tensors), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("fusion.bias");
        tensors.put("fusion.bias", new Weights.Tensor(List.of(3), new float[3]));
        assertThatThrownBy(() -> new Network(TINY, new Weights(tensors), false))
                .hasMessageContaining("fusion.bias has shape [3]");
        tensors.put("fusion.bias", whole.tensor("fusion.bias"));
        tensors.put("extra", whole.tensor("fusion.bias"));
        assertThatThrownBy(() -> new Network(TINY, new Weights(tensors), false))
                .hasMessageContaining("tensors");
    }

    @Test
    void aTensorOfTheWrongSizeIsRefusedByName() {
        assertThatThrownBy(() -> InputBatch.of(step, TINY, List.of(Map.of("rgb", new float[3]))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rgb has 3 values");
    }

    private double slope(
            Weights weights,
            String name,
            int index,
            List<Map<String, float[]>> batch,
            NDArray dropout) {
        float distance = 1e-2f;
        return (lossAt(weights, name, index, distance, batch, dropout)
                        - lossAt(weights, name, index, -distance, batch, dropout))
                / (2 * distance);
    }

    private double lossAt(
            Weights weights,
            String name,
            int index,
            float move,
            List<Map<String, float[]>> batch,
            NDArray dropout) {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>(weights.tensors());
        Weights.Tensor tensor = weights.tensor(name);
        float[] values = tensor.values().clone();
        values[index] += move;
        tensors.put(name, new Weights.Tensor(tensor.shape(), values));
        try (Network moved = new Network(TINY, new Weights(tensors), true)) {
            return sum(forward(moved, batch, dropout)).getFloat();
        }
    }

    /// Weighted, so that the logits' gradients differ.
    private NDArray sum(Network.Outputs outputs) {
        NDArray logits = Objects.requireNonNull(outputs.heads().get("material"));
        return logits.mul(step.create(new float[] {1, -0.5f}, new Shape(1, 2))).sum();
    }

    private Network.Outputs forward(
            Network network,
            List<Map<String, float[]>> captures,
            @org.jspecify.annotations.Nullable NDArray dropout) {
        InputBatch inputs = InputBatch.of(step, TINY, captures);
        return network.forward(inputs.tensors(), inputs.presence(), dropout);
    }

    private static float[] floats(Map<String, NDArray> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name)).toFloatArray();
    }

    static Weights weights() {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        put(tensors, "encoders.rgb.0.weight", List.of(1, 1, 3, 3), 1, 1, 1, 1, 1, 1, 1, 1, 1);
        put(tensors, "encoders.rgb.1.gamma", List.of(1), 2);
        put(tensors, "encoders.rgb.1.beta", List.of(1), 1);
        put(tensors, "encoders.rgb.1.mean", List.of(1), 4);
        put(tensors, "encoders.rgb.1.variance", List.of(1), 9);
        put(tensors, "encoders.spectrum.1.weight", List.of(1, 2), 2, -1);
        put(tensors, "encoders.spectrum.1.bias", List.of(1), 4);
        put(tensors, "fusion.weight", List.of(2, 2), 1, 2, -1, 1);
        put(tensors, "fusion.bias", List.of(2), -1, 0);
        put(tensors, "heads.material.weight", List.of(2, 2), 0.5f, 0, -1, 0);
        put(tensors, "heads.material.bias", List.of(2), 1, 2);
        return new Weights(tensors);
    }

    private static void put(
            Map<String, Weights.Tensor> tensors,
            String name,
            List<Integer> shape,
            float... values) {
        tensors.put(name, new Weights.Tensor(shape, values));
    }
}

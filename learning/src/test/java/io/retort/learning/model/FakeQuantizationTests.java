package io.retort.learning.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.learning.model.FakeQuantization.Steps;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FakeQuantizationTests {

    private final NDManager step = Network.newManager();

    @AfterEach
    void close() {
        step.close();
    }

    @Test
    void activationsAreRoundedAndCutOffAndTheirGradientsPass() {
        FakeQuantization quantization =
                new FakeQuantization(127, Map.of("fusion", new Steps(0.1, 10)), Set.of());
        NDArray x = step.create(new float[] {0.26f, -0.04f, -3, 99});
        x.setRequiresGradient(true);

        NDArray rounded = quantization.activation("fusion", step.create(1f).mul(x));
        Network.backward(rounded.mul(step.create(new float[] {1, 2, 3, 4})).sum());

        // From -10 to 245 steps.
        assertThat(rounded.toFloatArray())
                .usingComparatorWithPrecision(1e-5f)
                .containsExactly(0.3f, 0, -1, 24.5f);
        assertThat(x.getGradient().toFloatArray()).containsExactly(1, 2, 3, 4);
        assertThat(quantization.activation("rgb", x)).isSameAs(x);
    }

    @Test
    void weightsHaveAScaleForEachOutput() {
        FakeQuantization quantization = new FakeQuantization(63, Map.of(), Set.of("fusion"));
        NDArray weight =
                step.create(new float[] {6.3f, 0.26f, -0.63f, 0.014f, 0, 0}, new Shape(3, 2));
        // Steps of 0.1, of 0.01 and none.
        assertThat(quantization.weight("heads.material", weight).toFloatArray())
                .usingComparatorWithPrecision(1e-6f)
                .containsExactly(6.3f, 0.3f, -0.63f, 0.01f, 0, 0);
        assertThat(quantization.weight("fusion", weight)).isSameAs(weight);
    }

    @Test
    void withoutRoundingTheFoldedNetworkAnswersAsItDoesInInference() {
        FakeQuantization exact =
                new FakeQuantization(
                        127,
                        Map.of(),
                        Set.of(
                                "encoders.rgb.0",
                                "encoders.spectrum.1",
                                "fusion",
                                "heads.material"));
        Map<String, float[]> capture =
                Map.of("rgb", new float[] {1, 2, 3, 4}, "spectrum", new float[] {1, 3});
        Weights weights = NetworkTests.weights();
        try (Network floats = new Network(NetworkTests.TINY, weights, false);
                Network folded = new Network(NetworkTests.TINY, weights, true, exact)) {
            NDArray ones = step.ones(new Shape(2, 2));
            float[] expected = material(floats, List.of(capture, capture), null);
            assertThat(material(folded, List.of(capture, capture), ones))
                    .usingComparatorWithPrecision(1e-4f)
                    .containsExactly(expected);
            assertThat(folded.weights().digest())
                    .as("no batch moves the statistics")
                    .isEqualTo(weights.digest());
        }
    }

    private float[] material(
            Network network, List<Map<String, float[]>> captures, @Nullable NDArray dropout) {
        InputBatch batch = InputBatch.of(step, network.architecture(), captures);
        return Objects.requireNonNull(
                        network.forward(batch.tensors(), batch.presence(), dropout)
                                .heads()
                                .get("material"))
                .toFloatArray();
    }
}

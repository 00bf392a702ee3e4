package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.retort.learning.model.Network;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdamWTests {

    private static final double RATE = 0.1;

    private final NDManager manager = Network.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void twoStepsMoveAWeightAsCalculatedByHand() {
        NDArray weight = parameter(new Shape(1, 1), 2);
        AdamW adamW = new AdamW(manager, Map.of("w", weight), 0.5);

        update(adamW, "w", new Shape(1, 1), 1, 4);
        // m = 0.1 * 4, v = 0.001 * 16, both unbiased again: the move is the rate.
        double expected = 2 * (1 - RATE * 0.5) - RATE;
        assertThat(weight.toFloatArray()[0]).isCloseTo((float) expected, within(1e-6f));

        update(adamW, "w", new Shape(1, 1), 1, -1);
        double m = (0.9 * 0.4 - 0.1) / (1 - 0.81);
        double v = (0.999 * 0.016 + 0.001) / (1 - 0.998001);
        expected = expected * (1 - RATE * 0.5) - RATE * m / (Math.sqrt(v) + 1e-8);
        assertThat(weight.toFloatArray()[0]).isCloseTo((float) expected, within(1e-5f));
    }

    @Test
    void weightDecayLeavesVectorsAlone() {
        NDArray bias = parameter(new Shape(2), 2, -2);
        AdamW adamW = new AdamW(manager, Map.of("b", bias), 0.5);
        update(adamW, "b", new Shape(2), 1, 0, 0);
        assertThat(bias.toFloatArray()).containsExactly(2, -2);
    }

    @Test
    void theGradientIsScaledBeforeTheMoments() {
        NDArray whole = parameter(new Shape(2), 0, 0);
        NDArray scaled = parameter(new Shape(2), 0, 0);
        AdamW adamW = new AdamW(manager, Map.of("w", whole), 0);
        AdamW adamWScaled = new AdamW(manager, Map.of("w", scaled), 0);
        update(adamW, "w", new Shape(2), 1, 1, -3);
        update(adamWScaled, "w", new Shape(2), 0.25f, 4, -12);
        update(adamW, "w", new Shape(2), 1, 0.5f, 3);
        update(adamWScaled, "w", new Shape(2), 0.125f, 4, 24);
        assertThat(scaled.toFloatArray()).containsExactly(whole.toFloatArray());
    }

    @Test
    void aParameterKeepsAskingForGradients() {
        NDArray weight = parameter(new Shape(1, 1), 2);
        update(new AdamW(manager, Map.of("w", weight), 0.5), "w", new Shape(1, 1), 1, 4);
        assertThat(weight.hasGradient()).isTrue();
    }

    @Test
    void onlyTheMomentsStay() {
        NDArray weight = parameter(new Shape(1, 1), 2);
        AdamW adamW = new AdamW(manager, Map.of("w", weight), 0.5);
        int arrays = manager.getManagedArrays().size();
        for (int i = 0; i < 10; i++) {
            update(adamW, "w", new Shape(1, 1), 1, 4);
        }
        assertThat(manager.getManagedArrays()).hasSize(arrays);
    }

    @Test
    void aGradientOfNoParameterIsRefused() {
        AdamW adamW = new AdamW(manager, Map.of(), 0);
        assertThatThrownBy(() -> update(adamW, "w", new Shape(1), 1, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("w");
    }

    private NDArray parameter(Shape shape, float... values) {
        NDArray parameter = manager.create(values, shape);
        parameter.setRequiresGradient(true);
        return parameter;
    }

    private static void update(
            AdamW adamW, String name, Shape shape, float scale, float... gradient) {
        try (NDManager step = Network.newManager()) {
            adamW.update(Map.of(name, step.create(gradient, shape)), scale, RATE);
        }
    }
}

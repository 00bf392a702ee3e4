package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.learning.model.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FoldedTests {

    private static final Offset<Float> EXACT = Offset.offset(1e-6f);

    @Test
    void normalisationGoesIntoWeightAndBias() {
        // sqrt(4 - 1e-5 + 1e-5) = 2 and sqrt(0.25 - 1e-5 + 1e-5) = 0.5.
        Weights weights = normalization(4 - 1e-5f, 0.25f - 1e-5f);
        Folded folded =
                new Folded(List.of(2, 1, 1, 2), new float[] {1, 2, 3, 4}, new float[] {0, 10})
                        .normalized(weights, "bn.");
        assertThat(folded.shape()).containsExactly(2, 1, 1, 2);
        assertThat(folded.weight()).containsExactly(new float[] {1.5f, 3, -6, -8}, EXACT);
        // 0.5 + (0 - 1) x 3 / 2 and -1 + (10 - 4) x -1 / 0.5
        assertThat(folded.bias()).containsExactly(new float[] {-1, -13}, EXACT);
    }

    @Test
    void statisticsThatFoldToNoNumberAreRefused() {
        Folded layer = new Folded(List.of(2, 1), new float[] {1, 1}, new float[2]);
        assertThatThrownBy(() -> layer.normalized(normalization(1, -1), "bn."))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch normalisation bn");
    }

    private static Weights normalization(float... variance) {
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        tensors.put("bn.gamma", new Weights.Tensor(List.of(2), new float[] {3, -1}));
        tensors.put("bn.beta", new Weights.Tensor(List.of(2), new float[] {0.5f, -1}));
        tensors.put("bn.mean", new Weights.Tensor(List.of(2), new float[] {1, 4}));
        tensors.put("bn.variance", new Weights.Tensor(List.of(2), variance));
        return new Weights(tensors);
    }
}

package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.learning.model.Prediction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureScaleTests {

    @Test
    void eachDimensionGetsMeanZeroAndDeviationOne() {
        List<Example> examples = List.of(example(1, 5, -2), example(3, 5, 2));
        FeatureScale scale = new FeatureScale(Prediction.FUSED, examples);
        assertThat(scale.width()).isEqualTo(3);
        assertThat(scale.standardised(examples.getFirst())).containsExactly(-1, 0, -1);
        assertThat(scale.standardised(example(5, 9, 0))).containsExactly(3, 0, 0);
    }

    @Test
    void examplesWithoutATeacherHaveNoFeatures() {
        Example unscored = Fixtures.examples(1, 1).getFirst();
        FeatureScale scale = new FeatureScale(Prediction.FUSED, List.of(unscored, example(1, 2)));
        assertThat(scale.width()).isEqualTo(2);
        assertThat(scale.standardised(unscored)).isNull();
        assertThat(new FeatureScale(Prediction.FUSED, List.of(unscored)).width()).isEqualTo(0);
    }

    private static Example example(float... fused) {
        return Fixtures.taught(
                Fixtures.examples(1, 1).getFirst(),
                new Knowledge(Map.of(), Map.of(Prediction.FUSED, fused)));
    }
}

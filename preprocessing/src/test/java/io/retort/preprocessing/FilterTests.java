package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FilterTests {

    @Test
    void halvingWeighsFourSamplesAsOneThreeThreeOne() {
        Filter filter = Filter.of(8, 4);
        assertThat(filter.starts()[1]).isEqualTo(1);
        assertThat(filter.weights()[1]).containsExactly(0.125f, 0.375f, 0.375f, 0.125f);
        // At the border the sample that is missing leaves its weight to the others.
        assertThat(filter.starts()[0]).isZero();
        assertThat(filter.weights()[0]).containsExactly(3 / 7f, 3 / 7f, 1 / 7f);
    }

    @Test
    void doublingInterpolatesAtAQuarter() {
        Filter filter = Filter.of(4, 8);
        assertThat(filter.weights()[1]).containsExactly(0.75f, 0.25f);
        assertThat(filter.weights()[2]).containsExactly(0.25f, 0.75f);
    }

    @Test
    void everyTargetSampleIsAnAverageOfSourceSamples() {
        for (int source : new int[] {1, 2, 3, 7, 128, 4096}) {
            for (int target : new int[] {1, 2, 5, 64, 224, 4096}) {
                Filter filter = Filter.of(source, target);
                for (int i = 0; i < target; i++) {
                    double sum = 0;
                    for (float weight : filter.weights()[i]) {
                        assertThat(weight).isNotNegative();
                        sum += weight;
                    }
                    assertThat(sum).isCloseTo(1, within(1e-5));
                    assertThat(filter.starts()[i]).isNotNegative();
                    assertThat(filter.end(i)).isLessThanOrEqualTo(source);
                }
            }
        }
    }
}

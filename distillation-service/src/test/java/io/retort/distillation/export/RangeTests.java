package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RangeTests {

    @Test
    void zeroIsAlwaysInside() {
        assertThat(Range.of(2, 5)).isEqualTo(new Range(0, 5));
        assertThat(Range.of(-5, -2)).isEqualTo(new Range(-5, 0));
        assertThat(Range.of(2, 5).zeroPoint()).isZero();
        assertThat(Range.of(-5, -2).zeroPoint()).isEqualTo(255);
    }

    @Test
    void stepsCoverTheRange() {
        Range range = Range.of(-51, 204);
        assertThat(range.scale()).isEqualTo(1);
        assertThat(range.zeroPoint()).isEqualTo(51);
        assertThat(Range.of(-1, 1).scale()).isEqualTo(2 / 255f);
        assertThat(Range.of(-1, 1).zeroPoint()).isBetween(127, 128);
    }

    @Test
    void tensorsThatAreZeroThroughoutHaveAScale() {
        assertThat(Range.of(0, 0)).isEqualTo(new Range(0, 1));
        assertThat(Range.of(0, Float.MIN_VALUE)).isEqualTo(new Range(0, 1));
    }

    @Test
    void aUnionHoldsBoth() {
        assertThat(new Range(-1, 2).union(new Range(-3, 1))).isEqualTo(new Range(-3, 2));
    }

    @Test
    void rangesThatAreNotFiniteAreRefused() {
        assertThatThrownBy(() -> Range.of(0, Float.POSITIVE_INFINITY))
                .hasMessageContaining("finite");
        assertThatThrownBy(() -> Range.of(Float.NaN, 1)).hasMessageContaining("finite");
        assertThatThrownBy(() -> Range.of(-Float.MAX_VALUE, Float.MAX_VALUE))
                .hasMessageContaining("too wide");
    }
}

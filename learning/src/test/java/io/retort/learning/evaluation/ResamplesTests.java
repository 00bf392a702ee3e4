package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResamplesTests {

    @Test
    void studentsPointsAreThoseOfTheTables() {
        assertThat(Resamples.student(1)).isCloseTo(12.706, within(1e-3));
        assertThat(Resamples.student(2)).isCloseTo(4.303, within(1e-3));
        assertThat(Resamples.student(3)).isCloseTo(3.182, within(1e-3));
        assertThat(Resamples.student(14)).isCloseTo(2.145, within(1e-3));
        assertThat(Resamples.student(29)).isCloseTo(2.045, within(1e-3));
        assertThat(Resamples.student(120)).isCloseTo(1.980, within(1e-3));
    }

    @Test
    void theNormalTailIsThatOfTheTables() {
        assertThat(Resamples.normalTail(0)).isCloseTo(0.5, within(1e-7));
        assertThat(Resamples.normalTail(1)).isCloseTo(0.1586553, within(1e-7));
        assertThat(Resamples.normalTail(1.959964)).isCloseTo(0.025, within(1e-7));
    }

    @Test
    void tailsShrinkForFewGroupsAndAreThePlainOnesForMany() {
        // sqrt(15 / 14) x 2.1448 = 2.2201, beyond which lie 1.32 %.
        assertThat(Resamples.tail(15)).isCloseTo(0.0132, within(1e-4));
        assertThat(Resamples.tail(2)).isLessThan(1e-60);
        assertThat(Resamples.tail(2001)).isCloseTo(0.025, within(1e-4));
        assertThat(Resamples.tail(5000)).isCloseTo(0.025, within(1e-4));
    }

    @Test
    void theBoundsAreOrderStatistics() {
        // 0 to 4000: the quantile of a share is 4000 times the share.
        double[] values = IntStream.rangeClosed(0, 4000).mapToDouble(i -> 4000 - i).toArray();
        Interval interval = new Resamples(values, 15).interval(2000);
        assertThat(interval.low()).isCloseTo(4000 * Resamples.tail(15), within(1e-6));
        assertThat(interval.high()).isCloseTo(4000 * (1 - Resamples.tail(15)), within(1e-6));
        assertThat(interval.n()).isEqualTo(15);
    }

    @Test
    void tiesCountHalf() {
        double zero = 0.1 + 0.2 - 0.3;
        assertThat(zero).isNotZero();
        assertThat(new Resamples(new double[] {-1, zero, 0, 2}, 2).belowZero()).isEqualTo(0.5);
        assertThat(new Resamples(new double[] {-1, -1, 0, 2}, 2).belowZero()).isEqualTo(0.625);
    }

    @Test
    void tooFewOfAnythingAreRefused() {
        assertThatThrownBy(() -> Resamples.require(99, 10)).hasMessageContaining("99 resamples");
        assertThatThrownBy(() -> Resamples.require(1000, 1)).hasMessageContaining("1 groups");
    }
}

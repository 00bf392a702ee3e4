package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class IntervalTests {

    @Test
    void aSharesIntervalIsWilsons() {
        Interval share = Interval.share(81, 263);
        assertThat(share.value()).isEqualTo(81 / 263.0);
        assertThat(share.low()).isCloseTo(0.2553, within(1e-4));
        assertThat(share.high()).isCloseTo(0.3662, within(1e-4));
        assertThat(share.n()).isEqualTo(263);
    }

    @Test
    void noTrialsSayNothing() {
        assertThat(Interval.share(0, 0)).isEqualTo(new Interval(0, 0, 1, 0));
    }

    /// Mean 3, deviation sqrt(2.5), t = 2.776 for 5 values.
    @Test
    void aMeansIntervalIsStudents() {
        Interval mean = Interval.mean(1, 2, 3, 4, 5);
        assertThat(mean.value()).isEqualTo(3);
        assertThat(mean.low()).isCloseTo(3 - 2.776445 * Math.sqrt(2.5 / 5), within(1e-5));
        assertThat(mean.high()).isCloseTo(3 + 2.776445 * Math.sqrt(2.5 / 5), within(1e-5));
        assertThat(mean.n()).isEqualTo(5);
        assertThat(Interval.mean(0.5)).isEqualTo(new Interval(0.5, 0.5, 0.5, 1));
    }

    @Test
    void whatIsNoIntervalIsRefused() {
        assertThatThrownBy(() -> new Interval(0, 1, 0, 1)).hasMessageContaining("low 1.0");
        assertThatThrownBy(() -> new Interval(Double.NaN, 0, 0, 1))
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> new Interval(0, Double.NEGATIVE_INFINITY, 0, 1))
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> Interval.share(3, 2)).hasMessageContaining("3 hits of 2");
    }
}

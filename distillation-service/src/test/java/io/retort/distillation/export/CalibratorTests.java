package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalibratorTests {

    /// A hundred thousand values, normal of deviation 1, and one far away.
    private static Histogram outlier() {
        Histogram seen = Histogram.over(-5, 50);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 100_000; i++) {
            seen.add((float) Math.clamp(random.nextGaussian(), -5.0, 50.0));
        }
        seen.add(50);
        return seen;
    }

    @Test
    void minMaxKeepsWhatTheOthersCutOff() {
        assertThat(Calibrator.MIN_MAX.range(outlier())).isEqualTo(new Range(-5, 50));
        // 0.9999 of a normal distribution lie below 3.72.
        assertThat((double) Calibrator.PERCENTILE.range(outlier()).greatest())
                .isCloseTo(3.72, within(0.25));
        assertThat((double) Calibrator.PERCENTILE.range(outlier()).least())
                .isCloseTo(-3.72, within(0.25));
        assertThat(Calibrator.ENTROPY.range(outlier()).greatest()).isBetween(2.5f, 30f);
        // Rounding costs 100,000 ((h + 5) / 255)^2 / 12, clipping (50 - h)^2; least at h = 43.8.
        assertThat((double) Calibrator.MSE.range(outlier()).greatest())
                .isCloseTo(43.8, within(2.0));
    }

    @ParameterizedTest
    @EnumSource(
            value = Calibrator.class,
            names = {"ENTROPY", "MSE"})
    void evenlySpreadValuesAreKeptWhole(Calibrator calibrator) {
        Histogram even = Histogram.over(0, 10);
        for (int i = 0; i < 204_800; i++) {
            even.add(10 * (i + 0.5f) / 204_800);
        }
        assertThat(calibrator.range(even)).isEqualTo(new Range(0, 10));
    }

    @Test
    void rectifiedZerosNarrowNoRange() {
        // Half the values are 0, the others spread evenly: nothing may be cut off for the zeros.
        Histogram rectified = Histogram.over(0, 10);
        for (int i = 0; i < 204_800; i++) {
            rectified.add(10 * (i + 0.5f) / 204_800);
            rectified.add(0);
        }
        assertThat(Calibrator.ENTROPY.range(rectified)).isEqualTo(new Range(0, 10));
        assertThat(rectified.withoutZeros(0)).isEqualTo(100);
        assertThat(rectified.withoutZeros(1)).isEqualTo(100);
    }

    @Test
    void theLeastSquaredErrorWeighsClippingAgainstRounding() {
        // 1000 values of 1, one of 255: clipping that one costs 254^2 or so, rounding to steps of 1
        // costs nothing.
        Histogram seen = Histogram.over(0, 256);
        for (int i = 0; i < 1000; i++) {
            seen.add(1.1f);
        }
        seen.add(255.9f);
        Range whole = Calibrator.MSE.range(seen);
        assertThat(whole.greatest()).isGreaterThan(200);
        // A million of them in the middle between two steps cost more than that.
        Histogram many = Histogram.over(0, 256);
        for (int i = 0; i < 1_000_000; i++) {
            many.add(0.51f);
        }
        many.add(255.9f);
        assertThat(Calibrator.MSE.range(many).greatest()).isLessThan(200);
    }

    @ParameterizedTest
    @EnumSource
    void rangesHoldZeroAndNeverMoreThanWasSeen(Calibrator calibrator) {
        Histogram positive = Histogram.over(2, 3);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 5000; i++) {
            positive.add((float) (2 + random.nextDouble()));
        }
        Range range = calibrator.range(positive);
        assertThat(range.least()).isZero();
        assertThat(range.greatest()).isBetween(1f, 3f);
        Histogram nothing = Histogram.over(0, 0);
        nothing.add(0);
        assertThat(calibrator.range(nothing)).isEqualTo(Range.unit());
    }
}

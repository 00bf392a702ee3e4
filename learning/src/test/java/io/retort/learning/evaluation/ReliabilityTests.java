package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.learning.evaluation.Reliability.Bin;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReliabilityTests {

    @Test
    void threeExamplesGiveTheFiguresComputedByHand() {
        Reliability reliability =
                Reliability.of(
                        new double[][] {{0.9, 0.1}, {0.92, 0.08}, {0.45, 0.55}},
                        new int[] {0, 1, 1});
        // 0.9 and 0.92 lie in (13/15, 14/15], 0.55 in (8/15, 9/15].
        assertThat(reliability.bins()).hasSize(15);
        Bin sure = reliability.bins().get(13);
        assertThat(sure.low()).isCloseTo(13 / 15.0, within(1e-12));
        assertThat(sure.high()).isCloseTo(14 / 15.0, within(1e-12));
        assertThat(sure.count()).isEqualTo(2);
        assertThat(sure.confidence()).isCloseTo(0.91, within(1e-12));
        assertThat(sure.accuracy()).isEqualTo(0.5);
        Bin unsure = reliability.bins().get(8);
        assertThat(unsure.count()).isEqualTo(1);
        assertThat(unsure.accuracy()).isEqualTo(1);
        assertThat(reliability.bins().get(0)).isEqualTo(new Bin(0, 1 / 15.0, 0, 0, 0));
        assertThat(reliability.expectedCalibrationError())
                .isCloseTo(2 / 3.0 * 0.41 + 1 / 3.0 * 0.45, within(1e-12));
        assertThat(reliability.negativeLogLikelihood())
                .isCloseTo(-(Math.log(0.9) + Math.log(0.08) + Math.log(0.55)) / 3, within(1e-12));
        assertThat(reliability.brier())
                .isCloseTo((2 * 0.1 * 0.1 + 2 * 0.92 * 0.92 + 2 * 0.45 * 0.45) / 3, within(1e-12));
    }

    @Test
    void aBinHoldsItsUpperEdge() {
        Reliability reliability =
                Reliability.of(
                        new double[][] {{0.2, 0.2, 0.2, 0.2, 0.2}, {1, 0, 0, 0, 0}},
                        new int[] {4, 0});
        assertThat(reliability.bins().get(2).count()).isEqualTo(1);
        assertThat(reliability.bins().get(2).accuracy()).isZero();
        assertThat(reliability.bins().get(14).count()).isEqualTo(1);
    }

    @Test
    void aSureMistakeStaysFinite() {
        Reliability reliability = Reliability.of(new double[][] {{1, 0}}, new int[] {1});
        assertThat(reliability.negativeLogLikelihood()).isCloseTo(12 * Math.log(10), within(1e-9));
        assertThat(reliability.brier()).isEqualTo(2);
        assertThat(reliability.expectedCalibrationError()).isEqualTo(1);
    }

    @Test
    void whoIsRightAsOftenAsItSaysHasLittleError() {
        SplittableRandom random = new SplittableRandom(1);
        double[][] probabilities = new double[20_000][];
        int[] truths = new int[probabilities.length];
        for (int i = 0; i < truths.length; i++) {
            double p = random.nextDouble();
            probabilities[i] = new double[] {p, 1 - p};
            truths[i] = random.nextDouble() < p ? 0 : 1;
        }
        Reliability honest = Reliability.of(probabilities, truths);
        assertThat(honest.expectedCalibrationError()).isLessThan(0.02);
        for (double[] row : probabilities) {
            row[0] = row[0] > 0.5 ? 1 : 0;
            row[1] = 1 - row[0];
        }
        // Sure of everything and right in 3 of 4.
        assertThat(Reliability.of(probabilities, truths).expectedCalibrationError())
                .isCloseTo(0.25, within(0.01));
    }

    @Test
    void whatAreNoProbabilitiesIsRefused() {
        assertThatThrownBy(() -> Reliability.of(new double[0][], new int[0]))
                .hasMessageContaining("0 truths");
        assertThatThrownBy(() -> Reliability.of(new double[][] {{0.5, 0.4}}, new int[] {0}))
                .hasMessageContaining("sum to 0.9");
        assertThatThrownBy(() -> Reliability.of(new double[][] {{-0.5, 1.5}}, new int[] {0}))
                .hasMessageContaining("-0.5");
        assertThatThrownBy(() -> Reliability.of(new double[][] {{Double.NaN, 1}}, new int[] {0}))
                .hasMessageContaining("NaN");
    }
}

package io.retort.learning.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.learning.evaluation.Temperature;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OpinionsTests {

    private static final Offset<Double> CLOSE = within(1e-6);

    @Test
    void theMeanIsOfProbabilitiesRatherThanOfTheirLogarithms() {
        assertThat(Opinions.mean(List.of(logs(0.5, 0.5), logs(0.9, 0.1))))
                .containsExactly(logs(0.7, 0.3), CLOSE);
        assertThat(Opinions.mean(List.of(new double[] {-2000, 0}, new double[] {-2001, 0}))[0])
                .isBetween(-2001.0, -2000.0);
    }

    @Test
    void entropyIsAShareOfItsLargest() {
        assertThat(Opinions.entropy(logs(0.25, 0.25, 0.25, 0.25))).isCloseTo(1, CLOSE);
        assertThat(Opinions.entropy(logs(0.5, 0.5 - 1e-9, 1e-9)))
                .isCloseTo(0.6309298, within(1e-5));
        assertThat(Opinions.entropy(new double[] {0, -1e4})).isZero();
        assertThat(Opinions.entropy(new double[] {0})).isZero();
    }

    @Test
    void disagreementIsWhatMembersContradictEachOtherIn() {
        // Entropy in bits of (0.7, 0.3) is 0.8812909, of (0.9, 0.1) 0.4689956, of halves 1.
        assertThat(Opinions.disagreement(List.of(logs(0.5, 0.5), logs(0.9, 0.1))))
                .isCloseTo(0.8812909 - (1 + 0.4689956) / 2, CLOSE);
        assertThat(Opinions.disagreement(List.of(logs(0.5, 0.5), logs(0.5, 0.5)))).isZero();
        assertThat(Opinions.disagreement(List.of(new double[] {0, -1e4}, new double[] {-1e4, 0})))
                .isCloseTo(1, CLOSE);
    }

    @Test
    void theDeviationIsThatOfASample() {
        assertThat(Opinions.standardDeviation(new double[] {1, 3})).isCloseTo(Math.sqrt(2), CLOSE);
        assertThat(Opinions.standardDeviation(new double[] {5})).isZero();
    }

    @Test
    void whatIsNoNumberStaysNone() {
        double[] row = Temperature.logSoftmax(new float[] {Float.NaN, 1}, 1);
        assertThat(Opinions.entropy(row)).isNaN();
        assertThat(Opinions.disagreement(List.of(row, row))).isNaN();
    }

    private static double[] logs(double... probabilities) {
        return Arrays.stream(probabilities).map(Math::log).toArray();
    }
}

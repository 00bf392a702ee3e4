package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.SavitzkyGolay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SavitzkyGolayFilterTests {

    /// Tables of Savitzky & Golay 1964 (as corrected by Steinier, Termonia & Deltour 1972).
    @ParameterizedTest
    @CsvSource({
        "5, 2, 0, 35, -3 12 17 12 -3",
        "5, 3, 0, 35, -3 12 17 12 -3",
        "7, 2, 0, 21, -2 3 6 7 6 3 -2",
        "9, 2, 0, 231, -21 14 39 54 59 54 39 14 -21",
        "7, 4, 0, 231, 5 -30 75 131 75 -30 5",
        "5, 2, 1, 10, -2 -1 0 1 2",
        "5, 3, 1, 12, 1 -8 0 8 -1",
        "7, 3, 1, 252, 22 -67 -58 0 58 67 -22",
        "5, 2, 2, 7, 2 -1 -2 -1 2",
        "7, 2, 2, 42, 5 0 -3 -4 -3 0 5"
    })
    void theWeightsAreThePublishedOnes(
            int window, int polynomial, int derivative, double divisor, String published) {
        SavitzkyGolayFilter filter =
                new SavitzkyGolayFilter(new SavitzkyGolay(window, polynomial, derivative));
        String[] weights = published.split(" ");
        for (int i = 0; i < window; i++) {
            double[] impulse = new double[2 * window - 1];
            impulse[window - 1] = 1;
            double[] response = filter.apply(impulse);
            // The impulse is the i-th sample of the window around this place.
            int centre = window - 1 - i + window / 2;
            assertThat(response[centre])
                    .isCloseTo(Double.parseDouble(weights[i]) / divisor, within(1e-12));
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 2, 0", "7, 3, 1", "11, 2, 1", "11, 4, 2", "21, 5, 3", "3, 0, 0"})
    void polynomialsUpToTheDegreeComeBackExactlyAtEveryPlaceEdgesToo(
            int window, int polynomial, int derivative) {
        SavitzkyGolayFilter filter =
                new SavitzkyGolayFilter(new SavitzkyGolay(window, polynomial, derivative));
        int length = window + 6;
        for (int power = 0; power <= polynomial; power++) {
            double[] values = new double[length];
            for (int i = 0; i < length; i++) {
                values[i] = Math.pow((i - 4) / 5.0, power);
            }
            double[] filtered = filter.apply(values);
            for (int i = 0; i < length; i++) {
                double expected =
                        derivative <= power ? Math.pow((i - 4) / 5.0, power - derivative) : 0;
                for (int k = 0; k < derivative; k++) {
                    expected *= (power - k) / 5.0;
                }
                assertThat(filtered[i]).isCloseTo(expected, within(1e-9));
            }
        }
    }

    @Test
    void aWindowOfTheWholeLengthIsOneFit() {
        double[] values = {1, 4, 9, 16, 25};
        double[] filtered = new SavitzkyGolayFilter(new SavitzkyGolay(5, 1, 1)).apply(values);
        for (double slope : filtered) {
            assertThat(slope).isCloseTo(6, within(1e-12));
        }
    }
}

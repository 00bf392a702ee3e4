package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.learning.model.Prediction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TemperatureTests {

    @Test
    void logProbabilitiesAreThoseOfLogitsOverTheTemperature() {
        // ln(1 + e^-1) = 0.3132617
        assertThat(Temperature.logSoftmax(new float[] {2, 0}, 2))
                .containsExactly(new double[] {-0.3132617, -1.3132617}, within(1e-6));
        assertThat(Temperature.logSoftmax(new float[] {1e4f, -1e4f, 1e4f}, 0.05))
                .satisfies(row -> assertThat(row[0]).isCloseTo(-Math.log(2), within(1e-6)))
                .satisfies(row -> assertThat(row[1]).isFinite());
    }

    @Test
    void ofTwoClassesTheTemperatureIsThatOfTheLogOdds() {
        // All logits are (4, 0), 3 of 4 are right. With the imagined example the share that is
        // right is (3 + p) / 5, p = sigmoid(4), and sigmoid(4 / T) has to meet it.
        List<float[]> logits = Collections.nCopies(4, new float[] {4, 0});
        double share = (3 + 1 / (1 + Math.exp(-4))) / 5;
        double expected = 4 / Math.log(share / (1 - share));
        assertThat(Temperature.fit(logits, new int[] {0, 0, 0, 1}))
                .isCloseTo(expected, within(1e-5));
    }

    @Test
    void manyExamplesGiveBackTheTemperatureThatTheyWereMadeWith() {
        SplittableRandom random = new SplittableRandom(7);
        for (double made : new double[] {0.3, 1, 2.5, 8}) {
            List<float[]> logits = new ArrayList<>();
            int[] truths = new int[5000];
            for (int i = 0; i < truths.length; i++) {
                float[] z = new float[5];
                for (int j = 0; j < z.length; j++) {
                    z[j] = (float) (random.nextGaussian() * 2 * made);
                }
                logits.add(z);
                truths[i] = draw(Temperature.softmax(z, made), random);
            }
            assertThat(Temperature.fit(logits, truths)).isCloseTo(made, within(0.05 * made));
        }
    }

    @Test
    void aFewThatAreAllCorrectDoNotMakeTheModelCertain() {
        List<float[]> logits = Collections.nCopies(5, new float[] {2, 0});
        double t = Temperature.fit(logits, new int[5]);
        double p = 1 / (1 + Math.exp(-2));
        assertThat(Temperature.softmax(logits.get(0), t)[0]).isCloseTo((5 + p) / 6, within(1e-6));
        assertThat(t).isBetween(0.4, 0.6);
    }

    @Test
    void aFewThatAreAllWrongDoNotFlattenTheModelWhole() {
        List<float[]> logits = List.of(new float[] {2, 0}, new float[] {3, 0}, new float[] {0, 5});
        assertThat(Temperature.fit(logits, new int[] {1, 1, 0})).isEqualTo(20, within(1e-4));
        // Logits of a sure model that is wrong half of the time: flat, but not at the bound.
        assertThat(
                        Temperature.fit(
                                List.of(new float[] {9, 0}, new float[] {9, 0}), new int[] {0, 1}))
                .isBetween(10.0, 15.0);
    }

    @Test
    void whereNothingDecidesTheTemperatureIsOne() {
        assertThat(Temperature.fit(List.of(), new int[0])).isEqualTo(1);
        assertThat(Temperature.fit(List.of(new float[] {3, 3}), new int[] {1})).isEqualTo(1);
    }

    @Test
    void scalingLowersTheErrorOfAnOverconfidentModelAndKeepsItsAnswers() {
        SplittableRandom random = new SplittableRandom(3);
        List<float[]> logits = new ArrayList<>();
        int[] truths = new int[2000];
        for (int i = 0; i < truths.length; i++) {
            float[] honest = new float[4];
            for (int j = 0; j < honest.length; j++) {
                honest[j] = (float) random.nextGaussian();
            }
            truths[i] = draw(Temperature.softmax(honest, 1), random);
            logits.add(Temperature.apply(honest, 0.2));
        }
        double t = Temperature.fit(logits, truths);
        Reliability before = reliability(logits, truths);
        List<float[]> scaled = logits.stream().map(z -> Temperature.apply(z, t)).toList();
        Reliability after = reliability(scaled, truths);
        assertThat(before.expectedCalibrationError()).isGreaterThan(0.2);
        assertThat(after.expectedCalibrationError()).isLessThan(0.05);
        assertThat(after.negativeLogLikelihood()).isLessThan(before.negativeLogLikelihood());
        for (int i = 0; i < truths.length; i++) {
            assertThat(Prediction.winner(scaled.get(i)))
                    .isEqualTo(Prediction.winner(logits.get(i)));
        }
    }

    @Test
    void softmaxHoldsForLargeLogits() {
        assertThat(Temperature.softmax(new float[] {1000, 1000 + (float) Math.log(3)}, 1))
                .containsExactly(new double[] {0.25, 0.75}, within(1e-4));
        assertThat(Temperature.softmax(new float[] {0, (float) Math.log(9)}, 2))
                .containsExactly(new double[] {0.25, 0.75}, within(1e-7));
        assertThat(Temperature.softmax(new float[] {-1e30f, 1e30f}, 1)).containsExactly(0, 1);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Temperature.fit(List.of(), new int[1]))
                .hasMessageContaining("0 rows of logits, 1 truths");
        assertThatThrownBy(() -> Temperature.apply(new float[1], 0))
                .hasMessageContaining("temperature is 0");
    }

    private static Reliability reliability(List<float[]> logits, int[] truths) {
        return Reliability.of(
                logits.stream().map(z -> Temperature.softmax(z, 1)).toArray(double[][]::new),
                truths);
    }

    private static int draw(double[] probabilities, SplittableRandom random) {
        double at = random.nextDouble();
        int drawn = 0;
        while (drawn < probabilities.length - 1 && at >= probabilities[drawn]) {
            at -= probabilities[drawn];
            drawn++;
        }
        return drawn;
    }
}

package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.v1.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalSummaryTensorsTests {

    /// Two channels of four steps.
    private static final double[] VALUES = {1, 3, 2, 6, 0, 0, 4, 4};

    @Test
    void eachChannelHasItsStatistics() {
        double[] statistics = SignalStatistics.of(VALUES, 2, 2, false);

        assertThat(statistics).hasSize(14);
        // Mean 3; squares 4 + 0 + 1 + 9; steps 2, 1, 4; halves 1, 3 and 2, 6.
        assertThat(statistics)
                .startsWith(
                        new double[] {3, Math.sqrt(14 / 4.0), 6, 1, 7 / 3.0, 2, 4}, within(1e-12));
        assertThat(List.of(statistics[7], statistics[8], statistics[12], statistics[13]))
                .containsExactly(2.0, 2.0, 0.0, 4.0);
    }

    @Test
    void differencesAreSeriesToo() {
        double[] statistics = SignalStatistics.of(VALUES, 2, 2, true);

        assertThat(statistics).hasSize(SignalSummaryModality.statistics(2, 2, true)).hasSize(21);
        // 1, 3, -2, 2.
        assertThat(statistics[14]).isEqualTo(1);
        assertThat(statistics[16]).isEqualTo(3);
        assertThat(statistics[17]).isEqualTo(-2);
        assertThat(statistics[18]).isCloseTo(11 / 3.0, within(1e-12));
        assertThat(statistics[19]).isEqualTo(2);
        assertThat(statistics[20]).isEqualTo(0);
    }

    @Test
    void windowsThatDoNotDivideTheStepsHoldThemAll() {
        double[] statistics = SignalStatistics.of(new double[] {1, 2, 3, 4, 5}, 1, 2, false);

        assertThat(statistics[5]).isEqualTo(1.5);
        assertThat(statistics[6]).isEqualTo(4);
    }

    @Test
    void aStatisticSaysHowFarItIsBetweenEachPairOfEdges() {
        assertThat(meanOf(3)).containsExactly(1f, 0.25f, 0f);
        assertThat(meanOf(1)).containsExactly(0.5f, 0f, 0f);
        assertThat(meanOf(6)).containsExactly(1f, 1f, 0f);
        assertThat(meanOf(-5)).containsExactly(0f, 0f, 0f);
        assertThat(meanOf(99)).containsExactly(1f, 1f, 1f);
    }

    @Test
    void otherRatesAreResampledAsForSignals() {
        // 12 samples at 5 Hz become 3.5, 6, 8.5, 11 at 2 Hz.
        List<Float> ramp = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            ramp.add((float) i);
        }
        assertThat(mean(List.of(0.0, 29.0)).tensor("m", Fixtures.signal(1, 12, 5, ramp)))
                .containsExactly(0.25f);
    }

    @Test
    void whatIsNoSignalOrNotFiniteIsRefused() {
        Preprocessing summary = mean(List.of(0.0, 1.0));
        refused(
                "modalities[m].signal.values",
                () ->
                        summary.tensor(
                                "m", Fixtures.signal(1, 4, 2, List.of(0f, Float.NaN, 0f, 0f))));
        refused(
                "modalities[m].signal.steps",
                () -> summary.tensor("m", Fixtures.signal(1, 2, 2, List.of(0f, 1f))));
        refused("modalities[m]", () -> summary.tensor("m", Payload.getDefaultInstance()));
    }

    private static float[] meanOf(float value) {
        return mean(List.of(0.0, 2.0, 6.0, 7.0))
                .tensor("m", Fixtures.signal(1, 4, 2, Collections.nCopies(4, value)));
    }

    /// Four steps at 2 Hz, of which the mean alone is told, and a deviation that is always 0.
    private static Preprocessing mean(List<Double> edges) {
        List<List<Double>> all = new ArrayList<>(Collections.nCopies(6, List.of()));
        all.set(0, edges);
        return Fixtures.of(new SignalSummaryModality(1, 4, 2, 1, false, all));
    }

    private static void refused(String field, Runnable call) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(call::run)
                .withMessageContaining(field);
    }
}

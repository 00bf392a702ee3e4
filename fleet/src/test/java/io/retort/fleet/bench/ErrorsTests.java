package io.retort.fleet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.fleet.bench.BenchReport.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorsTests {

    private static final List<String> IDS = List.of("a", "b", "c", "d");

    @Test
    void errorsAreMeansOverCaptures() {
        Errors errors = new Errors(1);
        List<Double> truths = List.of(0.0, 0.2, 0.4, 1.0);
        errors.add("near", IDS, IDS, truths, List.of(0.1, 0.2, 0.5, 0.8));
        errors.add("far", IDS, IDS, truths, List.of(1.0, 1.0, 1.0, 1.0));

        List<Row> near = errors.rows("near", "near");
        assertThat(near.getFirst().value()).isCloseTo(0.1, within(1e-9));
        assertThat(near.get(1).value()).as("the same order").isCloseTo(1, within(1e-9));
        assertThat(errors.rows("far", "far").get(1).value()).as("no order").isZero();
        Row gain = errors.gain("near", "gain", "far", "near");
        assertThat(gain.value()).isCloseTo((0.9 + 0.8 + 0.5 - 0.2) / 4, within(1e-9));
        assertThat(gain.low()).isLessThan(gain.value());
    }

    @Test
    void seedsOfOneCaptureAreAveragedFirst() {
        Errors errors = new Errors(1);
        errors.add("m", IDS, IDS, List.of(0.0, 0.0, 0.0, 0.0), List.of(1.0, 1.0, 0.0, 0.0));
        errors.add("m", IDS, IDS, List.of(0.0, 0.0, 0.0, 0.0), List.of(-1.0, 1.0, 0.0, 0.0));

        Row error = errors.rows("m", "m").getFirst();
        assertThat(error.value()).isCloseTo(0.25, within(1e-9));
        assertThat(error.n()).isEqualTo(4);
    }

    @Test
    void ranksOfEqualValuesAreShared() {
        assertThat(Errors.ranks(new double[] {3, 1, 3, 2})).containsExactly(2.5, 0, 2.5, 1);
        // Ranks 0 1 2 3 against 1 0 3 2.
        assertThat(Errors.correlation(new double[] {0, 1, 2, 3}, new double[] {1, 0, 3, 2}))
                .isCloseTo(0.6, within(1e-9));
    }

    @Test
    void theGreatestTenthIsLookedForInItself() {
        Errors errors = new Errors(1);
        List<String> ids = new ArrayList<>();
        List<Double> truths = new ArrayList<>();
        List<Double> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add("%02d".formatted(i));
            truths.add((double) i);
            answers.add(i == 18 ? -1.0 : i);
        }
        errors.add("m", ids, ids, truths, answers);

        // 19 and 18 are the greatest; 19 and 17 are said to be.
        assertThat(errors.greatestTenth("m", "m").value()).isEqualTo(0.5);
    }
}

package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.learning.evaluation.PairedBootstrap.Outcome;
import io.retort.learning.evaluation.PairedBootstrap.Score;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedBootstrapTests {

    private static final int DATA_SETS = 300;

    @Test
    void theFigureIsTheMeanDifferenceOverRows() {
        Difference difference =
                PairedBootstrap.of(
                        List.of(
                                new Outcome("a", 0, 1),
                                new Outcome("a", 0, 1),
                                new Outcome("a", 1, 1),
                                new Outcome("b", 1, 0)),
                        1000,
                        1);
        assertThat(difference.interval().value()).isEqualTo(0.25);
        assertThat(difference.interval().n()).isEqualTo(2);
    }

    @Test
    void scoresOfTwoMethodsArePairedByTheirPlaces() {
        List<Score> first = List.of(new Score("a", 0), new Score("a", 1), new Score("b", 1));
        List<Score> second = List.of(new Score("a", 1), new Score("a", 1), new Score("b", 0));
        assertThat(PairedBootstrap.of(first, second, 1000, 1))
                .isEqualTo(
                        PairedBootstrap.of(
                                List.of(
                                        new Outcome("a", 0, 1),
                                        new Outcome("a", 1, 1),
                                        new Outcome("b", 1, 0)),
                                1000,
                                1));
        assertThatThrownBy(() -> PairedBootstrap.of(first, second.reversed(), 1000, 1))
                .hasMessage("score 0 is of a beside b");
        assertThatThrownBy(() -> PairedBootstrap.of(first, second.subList(0, 2), 1000, 1))
                .hasMessage("3 scores beside 2");
    }

    @Test
    void theWidthIsThatOfStudentsIntervalWithOneGroupMore() {
        // 50 differences of 0.3 and 50 of -0.1: mean 0.1, deviation 0.2. The imagined group is off
        // by 0.3, so a draw's variance is (100 x 0.2^2 + 0.3^2) / 101, and a mean of 100 draws
        // has a hundredth of it.
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            outcomes.add(new Outcome("g" + i, 0.5, i < 50 ? 0.8 : 0.4));
        }
        Difference difference = PairedBootstrap.of(outcomes, 20_000, 1);
        double deviation = Math.sqrt((100 * 0.04 + 0.09) / 101 / 100);
        double half = Math.sqrt(100 / 99.0) * 1.984 * deviation;
        assertThat(difference.interval().value()).isCloseTo(0.1, within(1e-12));
        assertThat(difference.interval().low()).isCloseTo(0.1 - half, within(0.0015));
        assertThat(difference.interval().high()).isCloseTo(0.1 + half, within(0.0015));
    }

    @Test
    void worseIsTheShareOfResamplesBelowZero() {
        List<Outcome> mixed = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            mixed.add(new Outcome("g" + i, i % 2, (i + 1) % 2));
        }
        assertThat(PairedBootstrap.of(mixed, 20_000, 5).worse()).isCloseTo(0.5, within(0.02));
        List<Outcome> better =
                IntStream.range(0, 40).mapToObj(i -> new Outcome("g" + i, 0, i % 2)).toList();
        assertThat(PairedBootstrap.of(better, 2000, 5).worse()).isLessThan(0.001);
        List<Outcome> worse =
                IntStream.range(0, 40).mapToObj(i -> new Outcome("g" + i, i % 2, 0)).toList();
        assertThat(PairedBootstrap.of(worse, 2000, 5).worse()).isGreaterThan(0.999);
    }

    @Test
    void moreCapturesOfTheSameObjectsAreNoEvidence() {
        List<Outcome> once = simulated(new SplittableRandom(4), 20, 1, 0.25, 0.1);
        List<Outcome> tenTimes = new ArrayList<>();
        Collections.nCopies(10, once).forEach(tenTimes::addAll);
        Interval few = PairedBootstrap.of(once, 2000, 9).interval();
        Interval many = PairedBootstrap.of(tenTimes, 2000, 9).interval();
        assertThat(many.low()).isCloseTo(few.low(), within(1e-12));
        assertThat(many.high()).isCloseTo(few.high(), within(1e-12));
        assertThat(many.n()).isEqualTo(20);
        List<Outcome> asObjects = new ArrayList<>();
        for (int i = 0; i < tenTimes.size(); i++) {
            asObjects.add(
                    new Outcome("object " + i, tenTimes.get(i).first(), tenTimes.get(i).second()));
        }
        Interval wrong = PairedBootstrap.of(asObjects, 2000, 9).interval();
        assertThat(width(wrong)).isLessThan(0.4 * width(few));
    }

    @Test
    void methodsThatNeverDifferedMayDoSo() {
        List<Outcome> same =
                IntStream.range(0, 15).mapToObj(i -> new Outcome("g" + i, i % 2, i % 2)).toList();
        Difference difference = PairedBootstrap.of(same, 4000, 1);
        assertThat(difference.interval().value()).isZero();
        assertThat(difference.interval().low()).isBetween(-0.25, -0.1);
        assertThat(difference.interval().high()).isBetween(0.1, 0.25);
        assertThat(difference.worse()).isCloseTo(0.5, within(0.03));
    }

    @Test
    void theIntervalReachesNoFurtherThanScoresAreApart() {
        List<Outcome> sweep =
                IntStream.range(0, 4).mapToObj(i -> new Outcome("g" + i, 0, 1)).toList();
        Interval interval = PairedBootstrap.of(sweep, 1000, 1).interval();
        assertThat(interval.value()).isEqualTo(1);
        assertThat(interval.high()).isEqualTo(1);
        assertThat(interval.low()).isBetween(0.0, 0.8);
    }

    @Test
    void theIntervalHoldsTheTruthInAboutNineteenOfTwenty() {
        assertThat(coverage(15, 1, 0.3, 0.15)).isBetween(0.9, 0.99);
        assertThat(coverage(60, 3, 0.25, 0.1)).isBetween(0.9, 0.99);
        assertThat(coverage(100, 1, 0.4, 0.1)).isBetween(0.9, 0.99);
    }

    @Test
    void theIntervalHoldsTheTruthAlsoWhereMethodsSeldomDiffer() {
        assertThat(coverage(15, 1, 0.05, 0)).isGreaterThan(0.9);
        assertThat(coverage(60, 1, 0.03, 0.01)).isGreaterThan(0.9);
    }

    @Test
    void withoutTheImaginedGroupItWouldOftenMissTheTruthThere() {
        SplittableRandom random = new SplittableRandom(11);
        int held = 0;
        for (int i = 0; i < DATA_SETS; i++) {
            List<Score> differences =
                    simulated(random, 15, 1, 0.05, 0).stream()
                            .map(row -> new Score(row.group(), row.difference()))
                            .toList();
            Interval plain = PairedBootstrap.mean(differences, 1000, i);
            held += plain.low() <= 0.05 && 0.05 <= plain.high() ? 1 : 0;
        }
        assertThat((double) held / DATA_SETS).isLessThan(0.7);
    }

    @Test
    void theOrderOfOutcomesDoesNotMatterAndTheSeedDoes() {
        List<Outcome> outcomes = simulated(new SplittableRandom(2), 30, 2, 0.3, 0.1);
        Difference difference = PairedBootstrap.of(outcomes, 500, 3);
        assertThat(PairedBootstrap.of(outcomes.reversed(), 500, 3)).isEqualTo(difference);
        assertThat(PairedBootstrap.of(outcomes, 500, 4)).isNotEqualTo(difference);
    }

    @Test
    void aMeanIsBootstrappedByGroupToo() {
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            scores.add(new Score("g" + i / 2, i / 2 % 2));
        }
        Interval mean = PairedBootstrap.mean(scores, 20_000, 1);
        // 50 objects, half of them 1: deviation 0.5.
        double half = 2.0096 * 0.5 / Math.sqrt(49);
        assertThat(mean.value()).isEqualTo(0.5);
        assertThat(mean.low()).isCloseTo(0.5 - half, within(0.02));
        assertThat(mean.high()).isCloseTo(0.5 + half, within(0.02));
        assertThat(mean.n()).isEqualTo(50);
    }

    @Test
    void oneObjectHasNoInterval() {
        assertThatThrownBy(() -> PairedBootstrap.of(List.of(new Outcome("a", 0, 1)), 1000, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 groups, at least 2");
        assertThatThrownBy(() -> new Outcome("a", Double.NaN, 1)).hasMessageContaining("NaN");
    }

    private static double coverage(int objects, int captures, double up, double down) {
        SplittableRandom random = new SplittableRandom(11);
        int held = 0;
        for (int i = 0; i < DATA_SETS; i++) {
            List<Outcome> outcomes = simulated(random, objects, captures, up, down);
            Interval interval = PairedBootstrap.of(outcomes, 1000, i).interval();
            held += interval.low() <= up - down && up - down <= interval.high() ? 1 : 0;
        }
        return (double) held / DATA_SETS;
    }

    /// Objects on which the second method alone is right with probability `up`, and the first with
    /// `down`; all captures of one alike.
    private static List<Outcome> simulated(
            SplittableRandom random, int objects, int captures, double up, double down) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < objects; i++) {
            double at = random.nextDouble();
            double both = random.nextInt(2);
            double first = at < up ? 0 : at < up + down ? 1 : both;
            double second = at < up ? 1 : at < up + down ? 0 : both;
            int rows = captures == 1 ? 1 : 1 + random.nextInt(2 * captures - 1);
            for (int j = 0; j < rows; j++) {
                outcomes.add(new Outcome("g" + i, first, second));
            }
        }
        return outcomes;
    }

    private static double width(Interval interval) {
        return interval.high() - interval.low();
    }
}

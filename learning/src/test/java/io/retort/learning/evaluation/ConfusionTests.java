package io.retort.learning.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTests {

    /// Of six a four are found, of three b one; c never occurs, d is never answered.
    private static final Confusion CONFUSION =
            Confusion.of(
                    List.of("a", "b", "c", "d"),
                    new int[] {0, 0, 0, 0, 0, 0, 1, 1, 1, 3},
                    new int[] {0, 0, 0, 0, 1, 2, 1, 0, 0, 0});

    @Test
    void rowsAreTruthsAndColumnsAnswers() {
        assertThat(CONFUSION.counts())
                .containsExactly(
                        List.of(4, 1, 1, 0),
                        List.of(2, 1, 0, 0),
                        List.of(0, 0, 0, 0),
                        List.of(1, 0, 0, 0));
        assertThat(CONFUSION.n()).isEqualTo(10);
        assertThat(CONFUSION.accuracy()).isEqualTo(Interval.share(5, 10));
    }

    @Test
    void precisionIsOfAnswersAndRecallOfTruths() {
        assertThat(CONFUSION.precision(0)).isEqualTo(Interval.share(4, 7));
        assertThat(CONFUSION.recall(0)).isEqualTo(Interval.share(4, 6));
        assertThat(CONFUSION.precision(1)).isEqualTo(Interval.share(1, 2));
        assertThat(CONFUSION.recall(1)).isEqualTo(Interval.share(1, 3));
    }

    @Test
    void whatNeverOccursOrIsNeverAnsweredHasTheIntervalOfIgnorance() {
        assertThat(CONFUSION.recall(2)).isEqualTo(new Interval(0, 0, 1, 0));
        assertThat(CONFUSION.precision(3)).isEqualTo(new Interval(0, 0, 1, 0));
        assertThat(CONFUSION.precision(2)).isEqualTo(Interval.share(0, 1));
        assertThat(CONFUSION.f1(2)).isZero();
        assertThat(CONFUSION.f1(3)).isZero();
    }

    @Test
    void balancedAccuracyIsTheMeanRecallOfTheClassesThatOccur() {
        assertThat(CONFUSION.balancedAccuracy())
                .isCloseTo((4 / 6.0 + 1 / 3.0 + 0) / 3, within(1e-12));
    }

    @Test
    void macroF1CountsEveryClassThatWasMet() {
        // a: 2 x 4 / (6 + 7), b: 2 x 1 / (3 + 2).
        assertThat(CONFUSION.macroF1()).isCloseTo((8 / 13.0 + 2 / 5.0 + 0 + 0) / 4, within(1e-12));
        Confusion perfect =
                Confusion.of(List.of("a", "b", "c"), new int[] {0, 1}, new int[] {0, 1});
        assertThat(perfect.macroF1()).isEqualTo(1);
        assertThat(perfect.balancedAccuracy()).isEqualTo(1);
    }

    @Test
    void nothingCountedGivesFiniteFigures() {
        Confusion empty = Confusion.of(List.of("a", "b"), new int[0], new int[0]);
        assertThat(empty.accuracy()).isEqualTo(new Interval(0, 0, 1, 0));
        assertThat(empty.balancedAccuracy()).isZero();
        assertThat(empty.macroF1()).isZero();
    }

    @Test
    void aTableThatIsNotSquareIsRefused() {
        assertThatThrownBy(() -> new Confusion(List.of("a", "b"), List.of(List.of(1, 2))))
                .hasMessageContaining("2 classes need 2 rows");
        assertThatThrownBy(() -> new Confusion(List.of("a"), List.of(List.of(-1))))
                .hasMessageContaining("below 0");
        assertThatThrownBy(() -> Confusion.of(List.of("a"), new int[1], new int[2]))
                .hasMessageContaining("1 truths, 2 answers");
    }
}

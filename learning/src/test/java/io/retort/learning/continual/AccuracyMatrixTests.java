package io.retort.learning.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccuracyMatrixTests {

    /// Worked by hand.
    private final AccuracyMatrix matrix =
            new AccuracyMatrix(
                    List.of(
                            List.of(0.9, 0.3, 0.1),
                            List.of(0.6, 0.8, 0.25),
                            List.of(0.7, 0.5, 0.95)));

    @Test
    void averageIsThatOfTheLastRow() {
        assertThat(matrix.average()).isCloseTo((0.7 + 0.5 + 0.95) / 3, within(1e-12));
        assertThat(matrix.tasks()).isEqualTo(3);
        assertThat(matrix.at(1, 0)).isEqualTo(0.6);
    }

    @Test
    void forgettingIsTheBestOfBeforeLessTheLast() {
        assertThat(matrix.forgetting(0)).isCloseTo(0.2, within(1e-12));
        assertThat(matrix.forgetting(1)).isCloseTo(0.3, within(1e-12));
        assertThat(matrix.meanForgetting()).isCloseTo(0.25, within(1e-12));
    }

    /// The best may come after the task itself, but what was known of it before does not count.
    @Test
    void theBestIsLookedForFromTheTaskOn() {
        AccuracyMatrix later =
                new AccuracyMatrix(
                        List.of(
                                List.of(0.5, 0.99, 0.0),
                                List.of(0.8, 0.6, 0.0),
                                List.of(0.7, 0.65, 0.9)));
        assertThat(later.forgetting(0)).isCloseTo(0.1, within(1e-12));
        assertThat(later.forgetting(1)).as("a gain").isCloseTo(-0.05, within(1e-12));
        assertThat(later.meanForgetting()).isCloseTo(0.025, within(1e-12));
    }

    @Test
    void backwardTransferIsTheLastLessTheDiagonal() {
        assertThat(matrix.backwardTransfer())
                .isCloseTo(((0.7 - 0.9) + (0.5 - 0.8)) / 2, within(1e-12));
    }

    @Test
    void forwardTransferIsAboveTheDiagonalLessTheUntrainedNetwork() {
        assertThat(matrix.forwardTransfer(List.of(0.5, 0.2, 0.1)))
                .isCloseTo(((0.3 - 0.2) + (0.25 - 0.1)) / 2, within(1e-12));
        assertThatThrownBy(() -> matrix.forwardTransfer(List.of(0.5)))
                .hasMessageContaining("1 figures, there are 3 tasks");
    }

    @Test
    void oneTaskTransfersAndForgetsNothing() {
        AccuracyMatrix one = new AccuracyMatrix(List.of(List.of(0.75)));
        assertThat(one.average()).isEqualTo(0.75);
        assertThat(one.meanForgetting()).isZero();
        assertThat(one.backwardTransfer()).isZero();
        assertThat(one.forwardTransfer(List.of(0.5))).isZero();
        assertThatThrownBy(() -> one.forgetting(0)).hasMessageContaining("before the last");
    }

    @Test
    void onlySquaresOfSharesAreAccepted() {
        assertThatThrownBy(() -> new AccuracyMatrix(List.of())).hasMessageContaining("no tasks");
        assertThatThrownBy(() -> new AccuracyMatrix(List.of(List.of(0.5, 0.5))))
                .hasMessageContaining("a row of 2, there are 1 tasks");
        assertThatThrownBy(() -> new AccuracyMatrix(List.of(List.of(Double.NaN))))
                .hasMessageContaining("NaN is no share");
        assertThatThrownBy(() -> new AccuracyMatrix(List.of(List.of(1.1))))
                .hasMessageContaining("1.1 is no share");
    }
}

package io.retort.fleet.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTests {

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(rounds(4.0, 1.0, 100.0, 2.0).median()).isEqualTo(3);
        assertThat(rounds(9.0, 1.0, 5.0).median()).isEqualTo(5);
    }

    @Test
    void sixRoundsEncloseTheMedianAndFiveDoNot() {
        Rounds six = rounds(3.0, 1.0, 2.0, 6.0, 5.0, 4.0);
        assertThat(six.low()).isEqualTo(1);
        assertThat(six.high()).isEqualTo(6);
        Rounds five = rounds(3.0, 1.0, 2.0, 5.0, 4.0);
        assertThat(five.low()).isEqualTo(3);
        assertThat(five.high()).isEqualTo(3);
    }

    @Test
    void noRoundIsNoFigure() {
        assertThatThrownBy(RoundsTests::rounds)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("case, metric");
    }

    private static Rounds rounds(Double... values) {
        return new Rounds("case", "metric", List.of(values), "ms");
    }
}

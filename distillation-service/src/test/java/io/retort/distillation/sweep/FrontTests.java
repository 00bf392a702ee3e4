package io.retort.distillation.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FrontTests {

    private record Point(double gain, double cost) {}

    @Test
    void whoIsBeatenInBothIsOffTheFront() {
        assertThat(front(new Point(0.9, 10), new Point(0.8, 5), new Point(0.7, 7)))
                .containsExactly(true, true, false);
    }

    @Test
    void betterInOneAtEqualOtherIsEnough() {
        assertThat(front(new Point(0.9, 10), new Point(0.9, 11), new Point(0.8, 10)))
                .containsExactly(true, false, false);
    }

    @Test
    void equalsStandSideBySide() {
        assertThat(front(new Point(0.9, 10), new Point(0.9, 10))).containsExactly(true, true);
    }

    @Test
    void aloneIsOnTheFront() {
        assertThat(front(new Point(0, 10))).containsExactly(true);
        assertThat(front()).isEmpty();
    }

    private static List<Boolean> front(Point... points) {
        return Front.of(List.of(points), Point::gain, Point::cost);
    }
}

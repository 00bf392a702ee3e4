package io.retort.fleet.bench.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LoadTests {

    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void aPaceIsKeptByAllCallersTogether() {
        Load.Outcome outcome = Load.paced(List.of(_ -> true, _ -> true), 500, SHORT);
        assertThat(outcome.nanos()).hasSize(100);
        assertThat(outcome.failures()).isZero();
        assertThat(outcome.millis(0.5)).isLessThan(5);
    }

    /// One call stands for 100 ms; the ten that should have been sent meanwhile waited too.
    @Test
    void callsThatCouldNotBeSentInTimeCountFromTheTimeTheyWereDue() {
        Load.Outcome outcome =
                Load.paced(
                        List.of(i -> {
                            if (i == 0) {
                                stand(Duration.ofMillis(100));
                            }
                            return true;
                        }),
                        100,
                        SHORT);
        assertThat(outcome.nanos()).hasSize(20);
        assertThat(outcome.nanosInOrder()[1]).isGreaterThan(80_000_000);
        assertThat(outcome.nanosInOrder()[5]).isBetween(40_000_000L, 80_000_000L);
        assertThat(outcome.nanosInOrder()[15]).isLessThan(20_000_000);
    }

    @Test
    void refusedAndBrokenCallsAreFailures() {
        Load.Outcome outcome =
                Load.paced(
                        List.of(i -> {
                            if (i % 4 == 0) {
                                throw new IOException("broken");
                            }
                            return i % 4 != 1;
                        }),
                        200,
                        SHORT);
        assertThat(outcome.nanos()).hasSize(40);
        assertThat(outcome.failures()).isEqualTo(20);
        assertThat(outcome.perSecond()).isLessThan(110);
    }

    @Test
    void quantilesAreOfSortedTimes() {
        long[] nanos = {1_000_000, 2_000_000, 3_000_000, 4_000_000};
        assertThat(Load.quantileMillis(nanos, 0.5)).isEqualTo(3);
        assertThat(Load.quantileMillis(nanos, 0.99)).isEqualTo(4);
        assertThat(Load.quantileMillis(new long[0], 0.5)).isNaN();
    }

    private static void stand(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}

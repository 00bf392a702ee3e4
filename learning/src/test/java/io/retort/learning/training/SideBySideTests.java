package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SideBySideTests {

    @Test
    void resultsComeInTheOrderOfTheTasks() {
        CountDownLatch second = new CountDownLatch(1);
        List<Callable<Integer>> tasks =
                List.of(
                        () -> {
                            second.await();
                            return 1;
                        },
                        () -> {
                            second.countDown();
                            return 2;
                        },
                        () -> 3);
        assertThat(new SideBySide(2).run(tasks)).containsExactly(1, 2, 3);
    }

    @Test
    void theFailureThatStoppedTheOthersIsThrown() {
        SideBySide sideBySide = new SideBySide(2);
        AtomicBoolean begun = new AtomicBoolean();
        List<Callable<Integer>> tasks =
                List.of(
                        () -> {
                            while (!sideBySide.stopped()) {
                                Thread.onSpinWait();
                            }
                            throw new CancellationException("told to stop");
                        },
                        () -> {
                            throw new IllegalArgumentException("the reason");
                        },
                        () -> {
                            begun.set(true);
                            return 3;
                        });
        assertThatThrownBy(() -> sideBySide.run(tasks))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the reason");
        assertThat(begun).isFalse();
    }

    @Test
    void checkedExceptionsAreWrapped() {
        List<Callable<Integer>> tasks =
                List.of(() -> {
                    throw new IOException("disk full");
                });
        assertThatThrownBy(() -> new SideBySide(1).run(tasks))
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anInterruptStopsTheTasksAndIsKept() {
        SideBySide sideBySide = new SideBySide(1);
        List<Callable<Integer>> tasks =
                List.of(() -> {
                    while (!sideBySide.stopped()) {
                        Thread.onSpinWait();
                    }
                    return 1;
                });
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> sideBySide.run(tasks)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}

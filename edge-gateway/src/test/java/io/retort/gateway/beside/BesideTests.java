package io.retort.gateway.beside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.gateway.beside.Beside.Interrupt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class BesideTests {

    /// As `sched(7)` numbers them.
    private static final String SCHED_OTHER = "0";

    private static final String SCHED_IDLE = "5";

    @Test
    @EnabledOnOs(OS.LINUX)
    void leavesTheProcessorsToOthersAndTheCallerAsItWas() {
        assertThat(Beside.whenIdle(BesideTests::policy)).isEqualTo(SCHED_IDLE);
        assertThat(policy()).isEqualTo(SCHED_OTHER);
        assertThat(Beside.run(Thread.ofPlatform(), Interrupt.WAITS, BesideTests::policy))
                .isEqualTo(SCHED_OTHER);
    }

    @Test
    void throwsWhatTheWorkThrows() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() ->
                        Beside.whenIdle(() -> {
                            throw new IllegalArgumentException("no");
                        }))
                .withMessage("no");
    }

    @Test
    void anInterruptReachesTheWork() {
        CountDownLatch never = new CountDownLatch(1);
        Thread.currentThread().interrupt();
        boolean ended =
                Beside.run(Thread.ofVirtual(), Interrupt.REACHES_THE_WORK, () -> await(never));
        assertThat(ended).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptWaitsForTheWork() {
        CountDownLatch soon = new CountDownLatch(1);
        Thread.ofVirtual().start(soon::countDown);
        Thread.currentThread().interrupt();
        boolean ended = Beside.run(Thread.ofPlatform(), Interrupt.WAITS, () -> await(soon));
        assertThat(ended).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException _) {
            return false;
        }
    }

    /// Of this thread: field 41 of `proc_pid_stat(5)`, the 39th after the name in brackets.
    private static String policy() {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[38];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

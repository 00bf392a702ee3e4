package io.retort.gateway.rollout;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Work on a thread of its own, which its caller waits for.
final class Beside {

    private Beside() {}

    /// What an interrupt of the caller does. Either way the caller waits for the work's end, so
    /// that what it makes is never left to nobody, and is interrupted then.
    enum Interrupt {
        REACHES_THE_WORK,
        WAITS
    }

    /// @throws RuntimeException as the work does
    static <T> T run(Thread.Builder thread, Interrupt interrupt, Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread worker = thread.start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException _) {
                    interrupted = true;
                    if (interrupt == Interrupt.REACHES_THE_WORK) {
                        worker.interrupt();
                    }
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

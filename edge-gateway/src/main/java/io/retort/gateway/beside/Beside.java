package io.retort.gateway.beside;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Work on a thread of its own, which its caller waits for.
public final class Beside {

    private Beside() {}

    /// What an interrupt of the caller does. Either way the caller waits for the work's end, so
    /// that what it makes is never left to nobody, and is interrupted then.
    public enum Interrupt {
        REACHES_THE_WORK,
        WAITS
    }

    /// On what processors nobody else wants at the moment, where the system can tell them (Linux).
    /// The work creates no threads and wakes none: they would inherit this for good. It should hold
    /// no lock that others need, and spend its time in native code: others wait for a thread of low
    /// priority that runs Java when all have to stop for a collection.
    ///
    /// @throws RuntimeException as the work does
    public static <T> T whenIdle(Supplier<T> work) {
        return run(
                Thread.ofPlatform().name("when-idle").daemon(),
                Interrupt.WAITS,
                () -> {
                    IdlePolicy.take();
                    return work.get();
                });
    }

    /// @throws RuntimeException as the work does
    public static <T> T run(Thread.Builder thread, Interrupt interrupt, Supplier<T> work) {
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

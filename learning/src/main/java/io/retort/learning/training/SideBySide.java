package io.retort.learning.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Tasks on some threads at a time, begun in their order. When one fails, those not begun are
/// dropped and those that run are told by [#stopped()]. For one run.
public final class SideBySide {

    private final int threads;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    public SideBySide(int threads) {
        this.threads = threads;
    }

    /// Whether a task has failed, or whoever waits for them was interrupted; to be asked by tasks.
    public boolean stopped() {
        return failure.get() != null;
    }

    /// Whether to stop, for tasks that can be cancelled too.
    public BooleanSupplier stoppedOr(BooleanSupplier cancelled) {
        return () -> stopped() || cancelled.getAsBoolean();
    }

    /// @return what each gave, in their order
    /// @throws RuntimeException of the task that failed first
    /// @throws CancellationException when interrupted
    public <T> List<T> run(List<? extends Callable<T>> tasks) {
        List<T> results = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> task : tasks) {
                futures.add(workers.submit(() -> watched(task)));
            }
            try {
                for (Future<T> future : futures) {
                    results.add(future.get());
                }
            } catch (ExecutionException _) {
                // Kept by the task that failed first.
            } catch (InterruptedException e) {
                CancellationException interrupted = new CancellationException("interrupted");
                interrupted.initCause(e);
                failure.compareAndSet(null, interrupted);
                Thread.currentThread().interrupt();
            }
        }
        return switch (failure.get()) {
            case null -> results;
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case Throwable cause -> throw new IllegalStateException(cause);
        };
    }

    private <T> T watched(Callable<T> task) throws Exception {
        if (stopped()) {
            throw new CancellationException("another task failed");
        }
        try {
            return task.call();
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
            throw e;
        }
    }
}

package io.retort.distillation.progress;

import io.retort.learning.training.Progress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The thread between a job and whoever waits for it: steps go out, the wish to cancel comes in.
/// One thread works, any thread may cancel.
public final class Run {

    private final Consumer<Step> listener;
    private final CompletableFuture<Void> cancellation = new CompletableFuture<>();
    private volatile Phase phase = Phase.FREEZING;

    /// @param progress of the phase's training; null in phases that train nothing, and before the
    ///   first epoch's end
    /// @param part that is told of; null in phases that have none
    public record Step(Phase phase, @Nullable Progress progress, @Nullable Part part) {}

    /// @param listener called by the working thread, or by one at a time of those that work on
    ///   parts
    public Run(Consumer<Step> listener) {
        this.listener = listener;
    }

    public void enter(Phase next) {
        phase = next;
        listener.accept(new Step(next, null, null));
        check();
    }

    public Phase phase() {
        return phase;
    }

    public void epoch(Progress progress) {
        listener.accept(new Step(phase, progress, null));
    }

    /// @param progress of its training; null where it trains nothing
    public void part(Part part, @Nullable Progress progress) {
        listener.accept(new Step(phase, progress, part));
    }

    public void cancel() {
        cancellation.complete(null);
    }

    public boolean cancelled() {
        return cancellation.isDone();
    }

    /// Throws where the run is cancelled.
    public void check() {
        if (cancelled()) {
            throw new CancellationException("cancelled while " + phase);
        }
    }

    /// Waits until the future or the run ends; the future is cancelled with the run.
    ///
    /// @throws ExecutionException with the future's failure
    public <T> T await(CompletableFuture<T> future) throws ExecutionException {
        try {
            CompletableFuture.anyOf(future.handle((_, _) -> true), cancellation).get();
            if (cancelled()) {
                future.cancel(true);
            }
            check();
            return future.get();
        } catch (InterruptedException e) {
            throw interrupted(future, e);
        }
    }

    /// Sleeps, but no longer than the run lasts.
    public void pause(Duration duration) {
        try {
            cancellation.get(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            // Slept well.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw interrupted(cancellation, e);
        }
        check();
    }

    private CancellationException interrupted(
            CompletableFuture<?> future, InterruptedException cause) {
        future.cancel(true);
        Thread.currentThread().interrupt();
        CancellationException cancelled = new CancellationException("interrupted while " + phase);
        cancelled.initCause(cause);
        return cancelled;
    }
}

package io.retort.distillation.jobs;

import io.retort.distillation.training.Distillation;
import io.retort.distillation.training.Outcome;
import io.retort.distillation.training.Plan;
import io.retort.distillation.training.SweepOrder;
import io.retort.distillation.training.Sweeping;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Works the jobs off, one after another, on a thread of its own.
@Component
final class Worker implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Jobs jobs;
    private final JobsSettings settings;
    private final Distillation distillation;
    private final Sweeping sweeping;
    private final Clock clock;
    private @Nullable Thread thread;

    Worker(
            Jobs jobs,
            JobsSettings settings,
            Distillation distillation,
            Sweeping sweeping,
            Clock clock) {
        this.jobs = jobs;
        this.settings = settings;
        this.distillation = distillation;
        this.sweeping = sweeping;
        this.clock = clock;
    }

    @Override
    public synchronized void start() {
        jobs.open();
        thread = Thread.ofPlatform().name("distillation").start(this::workThrough);
    }

    @Override
    public synchronized void stop() {
        jobs.close();
        if (thread != null) {
            try {
                thread.join(settings.farewell());
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return thread != null;
    }

    private void workThrough() {
        try {
            for (Jobs.Work work = jobs.take(); work != null; work = jobs.take()) {
                jobs.end(work, outcome(work));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whatever goes wrong, also an error of the native engine, ends the job and not the worker.
    @SuppressWarnings("CatchingUnchecked")
    private State outcome(Jobs.Work work) {
        Instant started = clock.instant();
        try {
            Outcome outcome = run(work);
            return new State.Succeeded(started, clock.instant(), outcome);
        } catch (CancellationException _) {
            return new State.Cancelled(started, clock.instant());
        } catch (Throwable e) {
            LOG.warn("Job {} failed while {}", work.job().id(), work.run().phase(), e);
            boolean publishable = distillation.canPublish(work.folder());
            return new State.Failed(
                    started, clock.instant(), problem(work, e, publishable), publishable);
        }
    }

    private Outcome run(Jobs.Work work) throws IOException {
        return switch (work.job().plan()) {
            case Plan plan ->
                    distillation.canPublish(work.folder())
                            ? distillation.publish(work.folder(), work.run())
                            : distillation.run(plan, work.folder(), work.run());
            case SweepOrder order -> sweeping.run(order, work.folder(), work.run());
        };
    }

    private static String problem(Jobs.Work work, Throwable e, boolean publishable) {
        return work.run().phase()
                + ": "
                + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                + (publishable
                        ? "; the files are kept, POST /api/v1/jobs/%s/publication tries again"
                                .formatted(work.job().id())
                        : "");
    }
}

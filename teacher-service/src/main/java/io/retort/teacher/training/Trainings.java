package io.retort.teacher.training;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.schema.Schema;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.samples.SampleStore;
import io.retort.learning.teacher.Answer;
import io.retort.learning.teacher.EnsembleWeights;
import io.retort.learning.teacher.Fitted;
import io.retort.learning.teacher.TeacherEnsemble;
import io.retort.learning.teacher.TeacherPlan;
import io.retort.learning.training.Example;
import io.retort.learning.training.Progress;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/// Trains one teacher at a time, on a thread of its own.
final class Trainings implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Trainings.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);

    private final SampleStore store;
    private final Teachers teachers;
    private final TeachersSettings settings;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private @Nullable Run current;
    private boolean running;
    private volatile boolean stopping;
    private volatile @Nullable Progress progress;

    private record Run(String teacher, Thread thread, AtomicBoolean cancelled) {}

    Trainings(
            SampleStore store,
            Teachers teachers,
            TeachersSettings settings,
            ApplicationEventPublisher events,
            MeterRegistry meters,
            Clock clock) {
        this.store = store;
        this.teachers = teachers;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
        Gauge.builder("retort.training.progress", this, Trainings::share)
                .description("Share of the running or last training that is done")
                .register(meters);
        Gauge.builder("retort.training.loss", this, Trainings::loss)
                .description("Mean loss of the running or last training's last epoch")
                .register(meters);
    }

    /// Begins to train in the background.
    synchronized Teacher begin(
            Schema schema, HeldOut heldOut, TrainingSettings training, int networks) {
        if (settings.follow() != null) {
            throw new TrainingConflictException(
                    "this instance follows another one's teachers: ask that one to train");
        }
        if (current != null && current.thread().isAlive()) {
            throw new TrainingConflictException(
                    "teacher %s is being trained; cancel it or wait".formatted(current.teacher()));
        }
        if (stopping) {
            throw new TrainingConflictException("the service is stopping");
        }
        int annotated = store.counts().annotated();
        if (annotated < settings.fewestExamples()) {
            throw TooFewSamplesException.captures(annotated, settings.fewestExamples());
        }
        Teacher teacher = teachers.create(schema, heldOut, training, networks);
        AtomicBoolean cancelled = new AtomicBoolean();
        Thread thread =
                Thread.ofPlatform()
                        .name("training-" + teacher.id())
                        .unstarted(() -> run(teacher, cancelled));
        current = new Run(teacher.id(), thread, cancelled);
        progress = null;
        thread.start();
        return teacher;
    }

    /// Asks a running training to end at its next step. Asking twice is harmless.
    synchronized Teacher cancel(String id) {
        Teacher teacher = teachers.get(id);
        switch (teacher.state()) {
            case TRAINING -> {
                if (current != null && current.teacher().equals(id)) {
                    current.cancelled().set(true);
                }
            }
            case CANCELLED -> {}
            case SUCCEEDED, FAILED ->
                    throw new TrainingConflictException(
                            "teacher %s is not being trained any more".formatted(id));
        }
        return teacher;
    }

    private void run(Teacher teacher, AtomicBoolean cancelled) {
        String id = teacher.id();
        log.info("training teacher {} for schema {}", id, teacher.schema().name());
        try {
            train(teacher, cancelled);
            log.info("teacher {} is trained and active", id);
        } catch (CancellationException e) {
            teachers.change(
                    id,
                    stopping
                            ? t -> t.failed(clock.instant(), "the service stopped meanwhile")
                            : t -> t.cancelled(clock.instant()));
            log.info("teacher {}: {}", id, e.getMessage());
        } catch (TooFewSamplesException e) {
            fail(id, e);
            log.info("teacher {}: {}", id, e.getMessage());
        } catch (IOException | RuntimeException e) {
            fail(id, e);
            log.error("teacher {} failed", id, e);
        } catch (Error e) {
            fail(id, e);
            throw e;
        }
    }

    private void fail(String id, Throwable cause) {
        String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        teachers.change(id, t -> t.failed(clock.instant(), why));
    }

    private void train(Teacher teacher, AtomicBoolean cancelled) throws IOException {
        Schema schema = teacher.schema();
        Split split = Split.of(store, schema, teacher.heldOut(), settings, cancelled::get);
        teachers.change(teacher.id(), t -> t.reading(split.samples()));
        if (split.training().size() < settings.fewestExamples()) {
            throw TooFewSamplesException.captures(
                    split.training().size(), settings.fewestExamples());
        }
        if (teacher.networks() > 1
                && split.training().stream().map(Example::group).distinct().count() < 2) {
            throw TooFewSamplesException.oneGroup();
        }
        Fitted fitted =
                TeacherEnsemble.train(
                        new TeacherPlan(
                                schema, teacher.settings(), teacher.networks(), settings.workers()),
                        split.training(),
                        made -> {
                            progress = made;
                            teachers.change(teacher.id(), t -> t.progressed(made));
                        },
                        cancelled::get);
        Teacher trained =
                teachers.get(teacher.id())
                        .trained(clock.instant(), fitted, compare(fitted.weights(), split));
        teachers.keep(trained, fitted.weights());
        events.publishEvent(new TeacherTrained(trained, fitted.weights()));
        teachers.change(teacher.id(), _ -> trained);
    }

    private static Teacher.@Nullable Comparison compare(EnsembleWeights weights, Split split) {
        if (split.heldOut().isEmpty()) {
            return null;
        }
        try (TeacherEnsemble ensemble = new TeacherEnsemble(weights)) {
            return new Teacher.Comparison(
                    Evaluation.of(
                            weights.schema(),
                            split.heldOut(),
                            ensemble.answers(split.heldOut()).stream().map(Answer::heads).toList()),
                    Evaluation.constant(weights.schema(), split.training(), split.heldOut()));
        }
    }

    private double share() {
        Progress made = progress;
        return made == null ? 0 : (double) made.epoch() / made.epochs();
    }

    private double loss() {
        Progress made = progress;
        return made == null ? Double.NaN : made.loss();
    }

    @Override
    public synchronized void start() {
        running = true;
    }

    /// Runs before the web server's, so that those who follow a training are told its end.
    @Override
    public void stop() {
        Run last;
        synchronized (this) {
            stopping = true;
            running = false;
            last = current;
        }
        if (last != null) {
            last.cancelled().set(true);
            try {
                if (!last.thread().join(LONGEST_STOP)) {
                    log.warn("teacher {} did not stop within {}", last.teacher(), LONGEST_STOP);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}

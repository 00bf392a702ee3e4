package io.retort.teacher.training;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.samples.SampleStore;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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
    synchronized Teacher begin(Schema schema, HeldOut heldOut, TrainingSettings training) {
        if (current != null && current.thread().isAlive()) {
            throw new TrainingConflictException(
                    "teacher %s is being trained; cancel it or wait".formatted(current.teacher()));
        }
        if (stopping) {
            throw new TrainingConflictException("the service is stopping");
        }
        int annotated = store.counts().annotated();
        if (annotated < settings.fewestExamples()) {
            throw new TooFewSamplesException(annotated, settings.fewestExamples());
        }
        Teacher teacher = teachers.create(schema, heldOut, training);
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
            throw new TooFewSamplesException(split.training().size(), settings.fewestExamples());
        }
        Architecture architecture = Architectures.teacher(schema);
        Weights weights =
                Training.run(
                        Assignment.of(
                                architecture,
                                schema,
                                split.training(),
                                Recipe.annotations(),
                                teacher.settings()),
                        made -> {
                            progress = made;
                            teachers.change(teacher.id(), t -> t.progressed(made));
                        },
                        cancelled::get);
        Teacher.@Nullable Comparison comparison = compare(architecture, weights, schema, split);
        Teacher trained =
                teachers.get(teacher.id()).trained(clock.instant(), weights.digest(), comparison);
        teachers.keep(trained, weights);
        events.publishEvent(new TeacherTrained(trained, weights));
        teachers.change(teacher.id(), _ -> trained);
    }

    private static Teacher.@Nullable Comparison compare(
            Architecture architecture, Weights weights, Schema schema, Split split) {
        if (split.heldOut().isEmpty()) {
            return null;
        }
        try (MultimodalModel model = new MultimodalModel(architecture, weights)) {
            List<Prediction> predictions =
                    model.predict(split.heldOut().stream().map(Example::inputs).toList());
            return new Teacher.Comparison(
                    Evaluation.of(
                            schema,
                            split.heldOut(),
                            predictions.stream().map(Prediction::heads).toList()),
                    Evaluation.constant(schema, split.training(), split.heldOut()));
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

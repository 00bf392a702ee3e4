package io.retort.teacher.training;

import io.retort.contract.schema.Schema;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.teacher.EnsembleWeights;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// A folder per teacher, numbered from 1: its description as JSON and, once trained, its ensemble.
/// The one trained last is active, after a restart too. Safe for use by many threads.
public final class Teachers {

    private static final Logger log = LoggerFactory.getLogger(Teachers.class);

    /// Teachers of earlier programs do not say how many networks they have.
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private static final String DESCRIPTION = "teacher.json";

    private final Path folder;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<Long, Teacher> teachers = new TreeMap<>();

    private Teachers(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// Those of an instance that trains. What it was training when it stopped has failed.
    static Teachers open(Path folder, Clock clock) {
        Teachers teachers = new Teachers(folder, clock);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("could not make " + folder, e);
        }
        teachers.teachers.putAll(teachers.readAll());
        teachers.failInterrupted();
        teachers.discardUnusable();
        return teachers;
    }

    /// Those of another instance, whose folder is read and never written.
    static Teachers follow(Path folder, Clock clock) {
        Teachers teachers = new Teachers(folder, clock);
        teachers.look();
        return teachers;
    }

    /// Reads again what another instance has put into the folder. A teacher that could not be used
    /// is not tried again.
    void look() {
        lock.lock();
        try {
            boolean trained = false;
            for (Map.Entry<Long, Teacher> read : readAll().entrySet()) {
                Teacher own = teachers.get(read.getKey());
                if (own == null || own.isTraining()) {
                    teachers.put(read.getKey(), read.getValue());
                    trained |= read.getValue().state() == Teacher.State.SUCCEEDED;
                }
            }
            if (trained) {
                discardUnusable();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Map<Long, Teacher> readAll() {
        Map<Long, Teacher> read = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path own : files.filter(f -> number(f) > 0).sorted().toList()) {
                if (Files.exists(own.resolve(DESCRIPTION))) {
                    read.put(number(own), read(own.resolve(DESCRIPTION)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + folder, e);
        }
        return read;
    }

    private void failInterrupted() {
        teachers.replaceAll((_, teacher) ->
                teacher.isTraining()
                        ? teacher.failed(
                                clock.instant(), "the service stopped before it was trained")
                        : teacher);
    }

    /// A trained teacher whose weights are damaged, or were made for another network than this
    /// program builds, cannot answer; the one before it then is active.
    private void discardUnusable() {
        for (Optional<Teacher> last = active(); last.isPresent(); last = active()) {
            Teacher teacher = last.get();
            try {
                weights(teacher);
                return;
            } catch (IOException | IllegalArgumentException e) {
                log.warn("teacher {} cannot be used again: {}", teacher.id(), e.getMessage());
                teachers.put(
                        Long.parseLong(teacher.id()),
                        teacher.failed(clock.instant(), "cannot be used again: " + e.getMessage()));
            }
        }
    }

    /// The teacher trained last.
    public Optional<Teacher> active() {
        lock.lock();
        try {
            return teachers.values().stream()
                    .filter(teacher -> teacher.state() == Teacher.State.SUCCEEDED)
                    .max(
                            Comparator.comparing(Teachers::finished)
                                    .thenComparingLong(teacher -> Long.parseLong(teacher.id())));
        } finally {
            lock.unlock();
        }
    }

    /// What a trained teacher answers from, checked against its version and its network.
    public EnsembleWeights weights(Teacher teacher) throws IOException {
        Path own = folder.resolve(teacher.id());
        EnsembleWeights weights = EnsembleWeights.load(own);
        if (!weights.digest().equals(teacher.version())) {
            throw new IOException(own + " is damaged: its digest is not the teacher's version");
        }
        return weights;
    }

    /// Newest first.
    List<Teacher> all() {
        lock.lock();
        try {
            return List.copyOf(teachers.descendingMap().values());
        } finally {
            lock.unlock();
        }
    }

    Teacher get(String id) {
        lock.lock();
        try {
            // Not parsed: "01" is nobody's id.
            for (Teacher teacher : teachers.values()) {
                if (teacher.id().equals(id)) {
                    return teacher;
                }
            }
            throw new TeacherNotFoundException("there is no teacher " + id);
        } finally {
            lock.unlock();
        }
    }

    Teacher create(Schema schema, HeldOut heldOut, TrainingSettings settings, int networks) {
        lock.lock();
        try {
            long number = teachers.isEmpty() ? 1 : teachers.lastKey() + 1;
            Teacher teacher =
                    Teacher.requested(
                            Long.toString(number),
                            clock.instant(),
                            schema,
                            heldOut,
                            settings,
                            networks);
            write(teacher);
            teachers.put(number, teacher);
            return teacher;
        } finally {
            lock.unlock();
        }
    }

    /// While it is trained, a change lives in memory alone.
    Teacher change(String id, UnaryOperator<Teacher> change) {
        lock.lock();
        try {
            Teacher teacher = change.apply(get(id));
            if (!teacher.isTraining()) {
                write(teacher);
            }
            teachers.put(Long.parseLong(id), teacher);
            changed.signalAll();
            return teacher;
        } finally {
            lock.unlock();
        }
    }

    void keep(Teacher teacher, EnsembleWeights weights) throws IOException {
        weights.save(folder.resolve(teacher.id()));
    }

    /// The teacher as soon as it differs from what was seen, or as it is when the time is over.
    Teacher awaitChange(String id, @Nullable Teacher seen, Duration limit)
            throws InterruptedException {
        long nanos = limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (get(id).equals(seen) && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return get(id);
        } finally {
            lock.unlock();
        }
    }

    private void write(Teacher teacher) {
        Path own = folder.resolve(teacher.id());
        Path part = own.resolve(DESCRIPTION + ".part");
        try {
            Files.createDirectories(own);
            Files.write(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(teacher));
            Files.move(
                    part,
                    own.resolve(DESCRIPTION),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("could not keep teacher " + teacher.id(), e);
        }
    }

    private static Teacher read(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), Teacher.class);
        } catch (JacksonException e) {
            throw new IllegalStateException(
                    file + " is damaged: move its folder away to go on without it", e);
        }
    }

    private static Instant finished(Teacher teacher) {
        return teacher.finishedAt() == null ? Instant.MIN : teacher.finishedAt();
    }

    private static long number(Path own) {
        String name = own.getFileName().toString();
        return name.matches("[1-9][0-9]{0,17}") ? Long.parseLong(name) : 0;
    }
}

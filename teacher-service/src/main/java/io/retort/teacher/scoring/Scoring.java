package io.retort.teacher.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.SoftTarget;
import io.retort.learning.samples.Sample;
import io.retort.learning.samples.SampleStore;
import io.retort.learning.teacher.EnsembleWeights;
import io.retort.teacher.samples.CaptureArrived;
import io.retort.teacher.training.Teacher;
import io.retort.teacher.training.TeacherTrained;
import io.retort.teacher.training.Teachers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

/// Scores what is waiting, a batch at a time, on a thread of its own: with a new teacher all
/// captures of its schema, then each that arrives. A capture is done once the broker has its soft
/// target, or its rejection; a crash between the two sends it again.
final class Scoring implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Scoring.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);

    /// Buckets of the time that a batch takes: few, since a scrape carries all of them.
    private static final Duration[] LEVELS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15)
    };

    private final SampleStore store;
    private final Teachers teachers;
    private final ActiveTeacher active;
    private final Outlet outlet;
    private final ScoringSettings settings;
    private final Clock clock;
    private final Counter scored;
    private final Counter rejected;
    private final Timer timer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();

    /// Guarded by the lock; an id may still be here when it is done.
    private final Set<String> waiting = new LinkedHashSet<>();

    /// Replaced by the scoring thread alone.
    private volatile @Nullable Journal journal;

    private volatile boolean running;
    private @Nullable Thread thread;

    /// How far scoring is.
    ///
    /// @param teacher version of the active teacher
    /// @param scored captures that it has scored
    /// @param rejected captures that do not fit its schema
    /// @param waiting captures of its schema that are neither; every capture while there is none
    record State(@Nullable String teacher, int scored, int rejected, int waiting) {}

    Scoring(
            SampleStore store,
            Teachers teachers,
            ActiveTeacher active,
            Outlet outlet,
            ScoringSettings settings,
            MeterRegistry meters,
            Clock clock) {
        this.store = store;
        this.teachers = teachers;
        this.active = active;
        this.outlet = outlet;
        this.settings = settings;
        this.clock = clock;
        this.scored = meters.counter("retort.captures.scored");
        this.rejected = meters.counter("retort.captures.rejected");
        this.timer =
                Timer.builder("retort.scoring.batch")
                        .description("Time to prepare and score one batch")
                        .serviceLevelObjectives(LEVELS)
                        .register(meters);
        if (settings.enabled()) {
            Gauge.builder("retort.captures.waiting", this, scoring -> scoring.state().waiting())
                    .description("Captures that the active teacher has not scored")
                    .register(meters);
        }
    }

    @EventListener
    void on(CaptureArrived arrived) {
        lock.lock();
        try {
            if (active.identity().filter(t -> t.schema().equals(arrived.schema())).isPresent()) {
                waiting.add(arrived.id());
                wake.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @EventListener
    void on(TeacherTrained trained) {
        activate(trained.teacher(), trained.weights());
    }

    private void activate(Teacher teacher, EnsembleWeights weights) {
        active.replace(new Scorer(Objects.requireNonNull(teacher.version()), weights));
        lock.lock();
        try {
            wake.signal();
        } finally {
            lock.unlock();
        }
    }

    State state() {
        Optional<ActiveTeacher.Identity> teacher = active.identity();
        if (teacher.isEmpty()) {
            return new State(null, 0, 0, store.counts().captures());
        }
        String version = teacher.get().version();
        int all = store.captureIds(teacher.get().schema()).size();
        Journal own = journal;
        if (own == null || !own.version().equals(version)) {
            return new State(version, 0, 0, all);
        }
        int good = own.scored();
        int bad = own.rejected();
        return new State(version, good, bad, Math.max(0, all - good - bad));
    }

    private void run() {
        int limit = settings.batch();
        Duration pause = settings.backOff();
        while (running) {
            List<String> ids = List.of();
            try {
                Optional<ActiveTeacher.Identity> teacher = active.identity();
                if (teacher.isPresent()) {
                    follow(teacher.get());
                }
                ids = take(limit);
                score(ids);
                limit = Math.min(settings.batch(), 2 * limit);
                pause = settings.backOff();
            } catch (RuntimeException e) {
                // One at a time from here on, so that one capture cannot hold up the others.
                log.warn("scoring failed and is tried again in {}", pause, e);
                putBack(ids);
                limit = 1;
                rest(pause);
                Duration longer = pause.multipliedBy(2);
                pause =
                        longer.compareTo(settings.longestBackOff()) > 0
                                ? settings.longestBackOff()
                                : longer;
            }
        }
    }

    /// Turns to the active teacher if it is another one: all that it has not done is waiting.
    private void follow(ActiveTeacher.Identity teacher) {
        Journal old = journal;
        if (old != null && old.version().equals(teacher.version())) {
            return;
        }
        closeJournal();
        Journal own = Journal.open(settings.folder(), teacher.version());
        journal = own;
        lock.lock();
        try {
            waiting.clear();
            store.captureIds(teacher.schema()).stream()
                    .filter(id -> !own.contains(id))
                    .forEach(waiting::add);
            log.info("teacher {} has {} captures to score", teacher.version(), waiting.size());
        } finally {
            lock.unlock();
        }
    }

    private void closeJournal() {
        Journal old = journal;
        journal = null;
        if (old != null) {
            old.close();
        }
    }

    /// Empty when there is another reason to wake up.
    private List<String> take(int limit) {
        lock.lock();
        try {
            while (waiting.isEmpty() && running && followsActive()) {
                wake.awaitUninterruptibly();
            }
            List<String> taken = new ArrayList<>();
            for (Iterator<String> ids = waiting.iterator();
                    ids.hasNext() && taken.size() < limit; ) {
                taken.add(ids.next());
                ids.remove();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private boolean followsActive() {
        Journal own = journal;
        return active.identity()
                .map(ActiveTeacher.Identity::version)
                .equals(Optional.ofNullable(own).map(Journal::version));
    }

    private void score(List<String> ids) {
        Journal own = journal;
        if (own == null) {
            return;
        }
        List<Capture> captures =
                ids.stream()
                        .filter(id -> !own.contains(id))
                        .map(store::sample)
                        .flatMap(Optional::stream)
                        .map(Sample::capture)
                        .toList();
        if (captures.isEmpty()) {
            return;
        }
        Scorer.@Nullable Outcome outcome =
                active.<Optional<Scorer.Outcome>>use(scorer ->
                                scorer.version().equals(own.version())
                                        ? Optional.of(
                                                timer.record(() ->
                                                        scorer.score(captures, clock.instant())))
                                        : Optional.empty())
                        .orElse(null);
        if (outcome == null) {
            // Another teacher took over; all of its captures are waiting anyway.
            return;
        }
        for (SoftTarget target : outcome.scored()) {
            outlet.send(target);
            own.scored(target.getCaptureId());
            scored.increment();
        }
        for (Scorer.Refusal refusal : outcome.refused()) {
            outlet.reject(refusal.capture(), refusal.cause());
            own.rejected(refusal.capture().getId());
            rejected.increment();
            log.warn(
                    "capture {} does not fit the teacher's schema: {}",
                    refusal.capture().getId(),
                    refusal.cause().getMessage());
        }
    }

    private void putBack(List<String> ids) {
        lock.lock();
        try {
            waiting.addAll(ids);
        } finally {
            lock.unlock();
        }
    }

    private void rest(Duration pause) {
        lock.lock();
        try {
            long nanos = pause.toNanos();
            while (running && nanos > 0) {
                nanos = wake.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start() {
        teachers.active()
                .ifPresent(teacher -> {
                    try {
                        activate(teacher, teachers.weights(teacher));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        if (!settings.enabled()) {
            return;
        }
        running = true;
        thread = Thread.ofPlatform().name("scoring").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        lock.lock();
        try {
            wake.signalAll();
        } finally {
            lock.unlock();
        }
        Thread last = thread;
        if (last != null) {
            try {
                if (last.join(LONGEST_STOP)) {
                    closeJournal();
                } else {
                    log.warn("scoring did not stop within {}", LONGEST_STOP);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /// After the outputs are there, before captures arrive and the web server listens.
    @Override
    public int getPhase() {
        return 0;
    }
}

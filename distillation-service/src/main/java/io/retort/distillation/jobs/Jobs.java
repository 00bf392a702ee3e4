package io.retort.distillation.jobs;

import io.retort.contract.InvalidRecordException;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.progress.Run;
import io.retort.distillation.training.Donor;
import io.retort.distillation.training.Order;
import io.retort.distillation.training.Plan;
import io.retort.distillation.training.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Every job ever ordered, each in a folder with its `job.json`; the queue; and the job that runs.
/// Safe for use by many threads; one thread works.
@Component
final class Jobs {

    private static final String FILE = "job.json";

    private final JobsSettings settings;
    private final JsonMapper json;
    private final Clock clock;

    /// In the order in which they were ordered.
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    private final Deque<String> queue = new ArrayDeque<>();
    private @Nullable Work work;
    private boolean open;

    /// What the working thread has in its hands.
    record Work(Job job, Path folder, Run run) {}

    Jobs(JobsSettings settings, JsonMapper json, Clock clock) {
        this.settings = settings;
        this.json = json;
        this.clock = clock;
        load().forEach(job -> jobs.put(job.id(), job));
    }

    /// Lets work begin. A job that the last stop or crash cut short goes on first; those that
    /// waited go on waiting.
    synchronized void open() {
        queue.clear();
        for (Job job : List.copyOf(jobs.values())) {
            switch (job.state()) {
                case State.Queued _ -> queue.add(job.id());
                case State.Running _ -> {
                    keep(job.with(new State.Queued()));
                    queue.addFirst(job.id());
                }
                case State.Succeeded _, State.Failed _, State.Cancelled _ -> {}
            }
        }
        open = true;
        notifyAll();
    }

    /// Ends all waiting and cancels the running job, whose state stays as it is for [#open].
    synchronized void close() {
        open = false;
        if (work != null) {
            work.run().cancel();
        }
        notifyAll();
    }

    synchronized boolean isOpen() {
        return open;
    }

    synchronized Job submit(Order order) {
        if (order instanceof Plan plan
                && plan.donor() instanceof Donor.OfJob earlier
                && !leavesStudent(earlier.id())) {
            throw new InvalidRecordException(
                    "warmStart", "no job of a student has the id " + earlier.id());
        }
        requirePlace();
        Job job = new Job(UUID.randomUUID().toString(), clock.instant(), order, new State.Queued());
        keep(job);
        queue.add(job.id());
        return job;
    }

    synchronized List<Job> all() {
        return List.copyOf(jobs.values());
    }

    synchronized Job find(String id) {
        Job job = jobs.get(id);
        if (job == null) {
            throw new NoSuchJobException(id);
        }
        return job;
    }

    /// Asks a running job to end, which it does at its next step; takes a waiting one from the
    /// queue.
    synchronized Job cancel(String id) {
        Job job = find(id);
        switch (job.state()) {
            case State.Queued _ -> {
                queue.remove(id);
                keep(job.with(new State.Cancelled(null, clock.instant())));
            }
            case State.Running _ -> {
                if (work != null) {
                    work.run().cancel();
                }
            }
            case State.Cancelled _ -> {}
            case State.Succeeded _, State.Failed _ ->
                    throw new JobConflictException(
                            "job %s has %s".formatted(id, job.state().kind()));
        }
        return find(id);
    }

    /// Puts a job that ended with an unpublished model back into the queue, to publish it.
    synchronized Job publishAgain(String id) {
        Job job = find(id);
        if (!(job.state() instanceof State.Failed failed) || !failed.publishable()) {
            throw new JobConflictException("job %s has no model to publish".formatted(id));
        }
        requirePlace();
        keep(job.with(new State.Queued()));
        queue.add(id);
        return find(id);
    }

    /// Waits for a job to work on; null where the service stops.
    synchronized @Nullable Work take() throws InterruptedException {
        while (open && queue.isEmpty()) {
            wait();
        }
        if (!open) {
            return null;
        }
        Job job = find(queue.remove());
        State.Running running = new State.Running(clock.instant(), Phase.FREEZING, null, null);
        Work taken =
                new Work(job.with(running), folder(job.id()), new Run(step -> step(job, step)));
        work = taken;
        keep(taken.job());
        return taken;
    }

    /// Ends the work with the state given, unless the service stops, in which case the job stays
    /// running for [#open] to see.
    synchronized void end(Work ended, State state) {
        work = null;
        if (open) {
            keep(find(ended.job().id()).with(state));
        }
    }

    /// Waits until the job's state is another than the one seen, or the time is over, or the
    /// service stops; returns the job as it is then.
    synchronized Job await(String id, @Nullable State seen, Duration most)
            throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (open && find(id).state().equals(seen)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return find(id);
    }

    synchronized Map<Kind, Long> counts() {
        Map<Kind, Long> counts = new EnumMap<>(Kind.class);
        jobs.values().forEach(job -> counts.merge(job.state().kind(), 1L, Long::sum));
        return counts;
    }

    /// Of the students that were made and published, oldest first.
    synchronized List<Result> results() {
        return jobs.values().stream()
                .map(Job::state)
                .map(state ->
                        state instanceof State.Succeeded succeeded
                                        && succeeded.result() instanceof Result result
                                ? result
                                : null)
                .filter(Objects::nonNull)
                .toList();
    }

    /// State of the running job; null where none runs.
    synchronized State.@Nullable Running running() {
        return work != null && find(work.job().id()).state() instanceof State.Running running
                ? running
                : null;
    }

    private synchronized void step(Job job, Run.Step step) {
        if (find(job.id()).state() instanceof State.Running running) {
            Job next =
                    job.with(
                            new State.Running(
                                    running.started(), step.phase(), step.progress(), step.part()));
            if (step.progress() == null) {
                keep(next);
            } else {
                show(next);
            }
        }
    }

    private boolean leavesStudent(String id) {
        Job job = jobs.get(id);
        return job != null && job.plan() instanceof Plan;
    }

    private void requirePlace() {
        if (queue.size() >= settings.queue()) {
            throw new QueueFullException(queue.size());
        }
    }

    private Path folder(String id) {
        return settings.folder().resolve(id);
    }

    private void show(Job job) {
        jobs.put(job.id(), job);
        notifyAll();
    }

    /// On disk first: what was shown once is there after a restart.
    private void keep(Job job) {
        Path file = folder(job.id()).resolve(FILE);
        Path part = file.resolveSibling(FILE + ".part");
        try {
            Files.createDirectories(file.getParent());
            Files.write(part, json.writeValueAsBytes(job));
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("could not keep job " + job.id(), e);
        }
        show(job);
    }

    private List<Job> load() {
        try {
            Files.createDirectories(settings.folder());
            try (Stream<Path> folders = Files.list(settings.folder())) {
                return folders.map(folder -> folder.resolve(FILE))
                        .filter(Files::exists)
                        .map(this::read)
                        .sorted(Comparator.comparing(Job::created).thenComparing(Job::id))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not read jobs in " + settings.folder(), e);
        }
    }

    private Job read(Path file) {
        try {
            return json.readValue(Files.readAllBytes(file), Job.class);
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + file, e);
        } catch (JacksonException e) {
            throw new IllegalStateException(
                    file + " is damaged: move its folder away to go on without it", e);
        }
    }
}

package io.retort.distillation.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.distillation.progress.Part;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.sweep.Candidate;
import io.retort.distillation.sweep.Row;
import io.retort.distillation.training.Exposures;
import io.retort.distillation.training.Plan;
import io.retort.distillation.training.Plans;
import io.retort.distillation.training.Result;
import io.retort.distillation.training.SweepOrder;
import io.retort.distillation.training.SweepResult;
import io.retort.learning.training.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class JobsTests {

    private static final Plan PLAN = Plans.quick();
    private static final SweepOrder SWEEP = Plans.sweep(20);
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir Path folder;

    private Jobs jobs;

    @BeforeEach
    void open() {
        jobs = restarted();
    }

    @Test
    void jobsAreWorkedOffInTheOrderInWhichTheyCame() throws InterruptedException {
        Job first = jobs.submit(PLAN);
        Job second = jobs.submit(PLAN);

        assertThat(take().job().id()).isEqualTo(first.id());
        assertThat(take().job().id()).isEqualTo(second.id());
    }

    @Test
    void aRunningJobShowsItsPhaseAndProgress() throws InterruptedException {
        jobs.submit(PLAN);
        Jobs.Work work = take();
        Progress progress = new Progress(1, 20, 0.5, 1e-3, 100);

        work.run().enter(Phase.STUDENT);
        work.run().epoch(progress);

        assertThat(jobs.find(work.job().id()).state())
                .isEqualTo(new State.Running(NOON, Phase.STUDENT, progress, null));
        assertThat(jobs.running()).isEqualTo(jobs.find(work.job().id()).state());
    }

    @Test
    void aSweepIsAJobThatIsWorkedOffAndKeptLikeOthers() throws InterruptedException {
        Job student = jobs.submit(PLAN);
        Job sweep = jobs.submit(SWEEP);
        assertThat(take().job()).extracting(Job::id, Job::plan).contains(student.id(), PLAN);
        Jobs.Work work = take();
        Part part = new Part("article-16px", "training", 1, 4);
        Progress progress = new Progress(1, 20, 0.5, 1e-3, 100);

        work.run().enter(Phase.SWEEP);
        work.run().part(part, progress);

        assertThat(jobs.find(sweep.id()).state())
                .isEqualTo(new State.Running(NOON, Phase.SWEEP, progress, part));
        assertThat(restarted().find(sweep.id()).plan()).isEqualTo(SWEEP);
        jobs.end(
                work,
                new State.Succeeded(
                        NOON,
                        NOON,
                        new SweepResult(
                                "ab",
                                List.of("t"),
                                new Result.Samples(1, 1, 1, 1, Exposures.NONE, 0, 0, 0, List.of()),
                                7,
                                List.of(
                                        new Row.Failed(
                                                new Candidate("article", 16), "too small")))));
        assertThat(restarted().find(sweep.id())).isEqualTo(jobs.find(sweep.id()));
    }

    @Test
    void aJobThatWasKeptBeforeThereWereSweepsIsReadAsAStudents() throws IOException {
        Job job = jobs.submit(PLAN);
        Path file = folder.resolve(job.id()).resolve("job.json");
        String kept = Files.readString(file);
        assertThat(kept).contains("\"plan\":{\"kind\":\"student\",");

        Files.writeString(file, kept.replace("\"plan\":{\"kind\":\"student\",", "\"plan\":{"));

        assertThat(restarted().find(job.id())).isEqualTo(job);
    }

    @Test
    void aStudentStartsFromAJobThatLeavesOne() {
        Job sweep = jobs.submit(SWEEP);
        Job earlier = jobs.submit(PLAN);

        assertThat(jobs.submit(warm(earlier.id())).plan()).isEqualTo(warm(earlier.id()));
        for (String other : List.of(sweep.id(), "none")) {
            assertThatThrownBy(() -> jobs.submit(warm(other)))
                    .isInstanceOfSatisfying(
                            InvalidRecordException.class,
                            e -> assertThat(e.field()).isEqualTo("warmStart"));
        }
    }

    private static Plan warm(String job) {
        return Plans.of(
                PLAN.schema(),
                PLAN.modalities(),
                PLAN.heldOut(),
                PLAN.recipe(),
                null,
                PLAN.settings(),
                job);
    }

    @Test
    void aRestartShowsEveryJobAndGoesOnWithThoseThatWaited() throws InterruptedException {
        Job ended = jobs.submit(PLAN);
        jobs.end(take(), new State.Cancelled(NOON, NOON));
        Job waiting = jobs.submit(PLAN);

        jobs = restarted();

        assertThat(jobs.find(ended.id()).state()).isEqualTo(new State.Cancelled(NOON, NOON));
        assertThat(jobs.find(waiting.id())).isEqualTo(waiting);
        assertThat(take().job().id()).isEqualTo(waiting.id());
    }

    @Test
    void aJobThatRanGoesOnBeforeOthersAfterARestart() throws InterruptedException {
        Job job = jobs.submit(PLAN);
        Job waiting = jobs.submit(PLAN);
        Jobs.Work work = take();
        work.run().enter(Phase.TWIN);

        jobs.close();
        assertThat(work.run().cancelled()).isTrue();
        jobs.end(work, new State.Cancelled(NOON, NOON));
        jobs = restarted();

        assertThat(jobs.find(job.id()).state()).isEqualTo(new State.Queued());
        assertThat(restarted().find(job.id()).state().kind()).isEqualTo(Kind.QUEUED);
        assertThat(take().job().id()).isEqualTo(job.id());
        assertThat(take().job().id()).isEqualTo(waiting.id());
    }

    @Test
    void aWaitingJobIsCancelledAtOnceAndARunningOneIsAskedToEnd() throws InterruptedException {
        Job running = jobs.submit(PLAN);
        Job waiting = jobs.submit(PLAN);
        Jobs.Work work = take();

        assertThat(jobs.cancel(waiting.id()).state()).isEqualTo(new State.Cancelled(null, NOON));
        assertThat(jobs.cancel(running.id()).state().kind()).isEqualTo(Kind.RUNNING);
        assertThat(work.run().cancelled()).isTrue();

        jobs.end(work, new State.Cancelled(NOON, NOON));
        assertThat(jobs.cancel(running.id()).state().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(jobs.counts()).isEqualTo(Map.of(Kind.CANCELLED, 2L));
    }

    @Test
    void aJobThatHasEndedIsNotCancelled() throws InterruptedException {
        Job job = jobs.submit(PLAN);
        jobs.end(take(), new State.Failed(NOON, NOON, "student: no", false));

        assertThatThrownBy(() -> jobs.cancel(job.id()))
                .isInstanceOf(JobConflictException.class)
                .hasMessageContaining("has failed");
        assertThatThrownBy(() -> jobs.publishAgain(job.id()))
                .isInstanceOf(JobConflictException.class)
                .hasMessageContaining("no model to publish");
    }

    @Test
    void aJobWithAnUnpublishedModelIsQueuedAgain() throws InterruptedException {
        Job job = jobs.submit(PLAN);
        jobs.end(take(), new State.Failed(NOON, NOON, "publishing: away", true));

        assertThat(jobs.publishAgain(job.id()).state()).isEqualTo(new State.Queued());
        assertThat(take().job().id()).isEqualTo(job.id());
    }

    @Test
    void aFullQueueTakesNoMore() {
        for (int i = 0; i < 3; i++) {
            jobs.submit(PLAN);
        }

        assertThatThrownBy(() -> jobs.submit(PLAN))
                .isInstanceOf(QueueFullException.class)
                .hasMessageContaining("3 jobs");
    }

    @Test
    void anUnknownJobIsNamed() {
        assertThatThrownBy(() -> jobs.find("../etc"))
                .isInstanceOf(NoSuchJobException.class)
                .hasMessageContaining("../etc");
    }

    @Test
    void waitingEndsWithANewStateOrWithTheTime() throws InterruptedException {
        Job job = jobs.submit(PLAN);

        assertThat(jobs.await(job.id(), null, Duration.ofMinutes(1)).state())
                .isEqualTo(new State.Queued());
        assertThat(jobs.await(job.id(), new State.Queued(), Duration.ofMillis(5)).state())
                .isEqualTo(new State.Queued());
    }

    @Test
    void aDamagedFileStopsTheStartAndIsNamed() throws IOException {
        Job job = jobs.submit(PLAN);
        Path file = folder.resolve(job.id()).resolve("job.json");
        Files.writeString(file, "{");

        assertThatThrownBy(this::restarted)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file + " is damaged");
    }

    private Jobs.Work take() throws InterruptedException {
        return Objects.requireNonNull(jobs.take());
    }

    private Jobs restarted() {
        Jobs restarted =
                new Jobs(
                        new JobsSettings(folder, 3, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                        JsonMapper.builder().build(),
                        Clock.fixed(NOON, ZoneOffset.UTC));
        restarted.open();
        return restarted;
    }
}

package io.retort.distillation.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.distillation.evaluation.Comparison;
import io.retort.distillation.export.Race;
import io.retort.distillation.export.Variant;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Verdict;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.publishing.Artifact;
import io.retort.distillation.training.Exposures;
import io.retort.distillation.training.Plans;
import io.retort.distillation.training.Result;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class JobGaugesTests {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir Path folder;

    @Test
    void aTrainingThatRunsTellsItsLossAndItsShareDone() throws InterruptedException {
        Jobs jobs = jobs();
        SimpleMeterRegistry meters = gauges(jobs);
        assertThat(meters.get("retort.training.progress").gauge().value()).isNaN();
        jobs.submit(Plans.quick());
        Jobs.Work work = Objects.requireNonNull(jobs.take());

        work.run().enter(Phase.STUDENT);
        work.run().epoch(new Progress(5, 20, 0.5, 1e-3, 100));

        assertThat(meters.get("retort.training.progress").gauge().value()).isEqualTo(0.25);
        assertThat(meters.get("retort.training.loss").gauge().value()).isEqualTo(0.5);
        assertThat(meters.get("retort.jobs").tag("state", "running").gauge().value()).isEqualTo(1);
    }

    @Test
    void whatGatesHaveSaidIsCountedAcrossRestarts() throws InterruptedException {
        Jobs jobs = jobs();
        end(jobs, "twin", null);
        end(jobs, "twin", "0.31 points less than fp32");
        end(jobs, "default", null);

        SimpleMeterRegistry meters = gauges(jobs());

        assertThat(verdicts(meters, "twin")).isEqualTo(2);
        assertThat(verdicts(meters, "distilled")).isEqualTo(1);
        assertThat(verdicts(meters, "self-training")).isZero();
        assertThat(variants(meters, "int8", "published")).isEqualTo(2);
        assertThat(variants(meters, "int8", "refused")).isEqualTo(1);
        assertThat(variants(meters, "fp16", "published")).isZero();
        assertThat(meters.find("retort.gate.variants").tag("variant", "fp32").gauge()).isNull();
    }

    private static double verdicts(SimpleMeterRegistry meters, String winner) {
        return meters.get("retort.gate.verdicts").tag("winner", winner).gauge().value();
    }

    private static double variants(SimpleMeterRegistry meters, String variant, String outcome) {
        return meters.get("retort.gate.variants")
                .tags("variant", variant, "outcome", outcome)
                .gauge()
                .value();
    }

    private static void end(Jobs jobs, String winner, @Nullable String refused)
            throws InterruptedException {
        jobs.submit(Plans.quick());
        jobs.end(
                Objects.requireNonNull(jobs.take()),
                new State.Succeeded(NOON, NOON, result(winner, refused)));
    }

    /// @param refused why int8 is not published; null where it is
    private static Result result(String winner, @Nullable String refused) {
        Evaluation none = new Evaluation(0, Map.of());
        Artifact file = new Artifact("x.onnx", "ab", 1);
        Verdict gate =
                new Verdict(
                        winner,
                        "so it is",
                        winner.equals("twin")
                                ? List.of(
                                        new Verdict.Compared(
                                                "twin",
                                                Candidate.Way.TWIN,
                                                Recipe.annotations(),
                                                new Interval(0.5, 0.4, 0.6, 9),
                                                null,
                                                true))
                                : List.of());
        return new Result(
                "student",
                1,
                null,
                "ab",
                List.of(),
                new Result.Samples(1, 1, 1, 1, Exposures.NONE, 0, 0, 0, List.of()),
                7,
                "retort-plain",
                Recipe.preset("default"),
                gate,
                null,
                new Comparison(0, none, none, none, null, none),
                1,
                1,
                file,
                file,
                0,
                List.of(
                        new VariantVerdict(
                                Variant.INT8,
                                "static",
                                1,
                                Map.of(),
                                1,
                                new Race.Pace(1, 1, 1, 1),
                                refused)));
    }

    private static SimpleMeterRegistry gauges(Jobs jobs) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        new JobGauges(jobs).bindTo(meters);
        return meters;
    }

    private Jobs jobs() {
        Jobs jobs =
                new Jobs(
                        new JobsSettings(folder, 9, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                        JsonMapper.builder().build(),
                        Clock.fixed(NOON, ZoneOffset.UTC));
        jobs.open();
        return jobs;
    }
}

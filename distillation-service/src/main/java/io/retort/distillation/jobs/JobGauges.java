package io.retort.distillation.jobs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.retort.distillation.export.Variant;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Candidate;
import io.retort.learning.training.Progress;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/// Jobs by state, how the training that runs goes (NaN while none does), and what gates have said.
/// All of it is of the jobs that are kept, so it outlives a restart.
@Component
final class JobGauges implements MeterBinder {

    private final Jobs jobs;

    JobGauges(Jobs jobs) {
        this.jobs = jobs;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        for (Kind kind : Kind.values()) {
            Gauge.builder("retort.jobs", jobs, j -> j.counts().getOrDefault(kind, 0L))
                    .tag("state", kind.toString())
                    .description("Jobs by state")
                    .register(meters);
        }
        for (Candidate.Way way : Candidate.Way.values()) {
            Gauge.builder("retort.gate.verdicts", jobs, j -> won(j, way))
                    .tag("winner", way.toString())
                    .description("Students that were published, by how they were trained")
                    .register(meters);
        }
        for (Variant variant : Variant.values()) {
            if (variant != Variant.FP32) {
                variants(meters, variant, "published", verdict -> verdict.refused() == null);
                variants(meters, variant, "refused", verdict -> verdict.refused() != null);
            }
        }
        training(
                meters,
                "retort.training.progress",
                "Share of the running training that is done",
                progress -> (double) progress.epoch() / progress.epochs());
        training(meters, "retort.training.epoch", "Epochs done", Progress::epoch);
        training(meters, "retort.training.loss", "Mean loss of the last epoch", Progress::loss);
    }

    private void variants(
            MeterRegistry meters,
            Variant variant,
            String outcome,
            Predicate<VariantVerdict> counts) {
        Gauge.builder("retort.gate.variants", jobs, j -> judged(j, variant, counts))
                .tag("variant", variant.title())
                .tag("outcome", outcome)
                .description(
                        "Files beside fp32 that were made for students, by what their gate said")
                .register(meters);
    }

    private static long won(Jobs jobs, Candidate.Way way) {
        return jobs.results().stream()
                .filter(result -> result.gate().candidate(result.recipe()).way() == way)
                .count();
    }

    private static long judged(Jobs jobs, Variant variant, Predicate<VariantVerdict> counts) {
        return jobs.results().stream()
                .flatMap(result -> result.variants().stream())
                .filter(verdict -> verdict.variant() == variant && counts.test(verdict))
                .count();
    }

    private void training(
            MeterRegistry meters,
            String name,
            String description,
            ToDoubleFunction<Progress> value) {
        Gauge.builder(name, jobs, j -> progress(j, value))
                .description(description)
                .register(meters);
    }

    private static double progress(Jobs jobs, ToDoubleFunction<Progress> value) {
        State.Running running = jobs.running();
        return running == null || running.progress() == null
                ? Double.NaN
                : value.applyAsDouble(running.progress());
    }
}

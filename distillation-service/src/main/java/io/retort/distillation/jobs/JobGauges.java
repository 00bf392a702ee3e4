package io.retort.distillation.jobs;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.retort.learning.training.Progress;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/// Jobs by state, and how the training that runs goes (NaN while none does).
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
        training(meters, "retort.training.epoch", "Epochs done", Progress::epoch);
        training(meters, "retort.training.loss", "Mean loss of the last epoch", Progress::loss);
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

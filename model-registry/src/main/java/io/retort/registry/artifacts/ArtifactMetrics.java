package io.retort.registry.artifacts;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/// What is stored, asked of the database at each scrape.
@Component
final class ArtifactMetrics implements MeterBinder {

    private final Artifacts artifacts;

    ArtifactMetrics(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("retort.artifacts", artifacts, a -> a.totals().artifacts())
                .description("Artifacts stored")
                .register(registry);
        Gauge.builder("retort.artifacts.stored", artifacts, a -> a.totals().bytes())
                .description("Size of all artifacts")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("retort.artifacts.damaged", artifacts, a -> a.totals().damaged())
                .description("Artifacts whose file is damaged or gone: upload them again")
                .register(registry);
    }
}

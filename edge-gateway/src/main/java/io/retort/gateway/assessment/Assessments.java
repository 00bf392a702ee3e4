package io.retort.gateway.assessment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.routing.Item;
import io.retort.gateway.routing.Placement;
import io.retort.gateway.routing.Routing;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The one way from capture to assessment, whichever door it came through.
@Component
final class Assessments {

    private final Routing routing;
    private final Decisions decisions;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Timer inference;

    Assessments(Routing routing, Decisions decisions, Clock clock, MeterRegistry meters) {
        this.routing = routing;
        this.decisions = decisions;
        this.clock = clock;
        this.meters = meters;
        this.inference =
                Timer.builder("retort.inference")
                        .description("Time in the model, waiting for a free lane included")
                        .publishPercentileHistogram()
                        .minimumExpectedValue(Duration.ofNanos(50_000))
                        .maximumExpectedValue(Duration.ofSeconds(2))
                        .register(meters);
    }

    /// @throws io.retort.contract.InvalidRecordException naming the field of the capture
    /// @throws io.retort.gateway.inference.OverloadedException over REST alone
    Assessment assess(Model model, Capture capture, Door door) {
        Map<String, float[]> tensors = model.tensors(capture);
        Map<String, float[]> answers =
                Objects.requireNonNull(
                        inference.record(() ->
                                door == Door.REST ? model.runSoon(tensors) : model.run(tensors)));
        Assessment assessment = assessment(model, capture, answers);
        decisions.tell(assessment);
        Counter.builder("retort.assessments")
                .description("Captures that were decided, by door and route")
                .tag("door", door.tag())
                .tag("route", assessment.route() == null ? "none" : assessment.route().tag())
                .register(meters)
                .increment();
        return assessment;
    }

    private Assessment assessment(Model model, Capture capture, Map<String, float[]> answers) {
        Schema schema = model.schema();
        Map<String, Classified> classifications = new LinkedHashMap<>();
        Map<String, Double> regressions = new LinkedHashMap<>();
        answers.forEach((name, values) -> {
            switch (schema.head(name)) {
                case ClassificationHead head ->
                        classifications.put(name, Classified.of(head, values));
                case RegressionHead head ->
                        regressions.put(
                                name,
                                Math.clamp((double) values[0], head.minimum(), head.maximum()));
            }
        });
        @Nullable Double quality = regressions.get("quality");
        Classified material = classifications.get("material");
        @Nullable Classified first = classifications.values().stream().findFirst().orElse(null);
        @Nullable Classified sorted = material == null ? first : material;
        Placement placement =
                routing.place(
                        new Item(
                                sorted == null ? Map.of() : sorted.probabilities(),
                                quality,
                                false));
        ModelVersion version = model.version();
        return new Assessment(
                capture.getId(),
                capture.getStation(),
                material,
                classifications.get("degradation"),
                quality,
                Collections.unmodifiableMap(classifications),
                Collections.unmodifiableMap(regressions),
                placement.route(),
                placement,
                first == null ? null : first.confidence(),
                version.model(),
                version.version(),
                version.digest(),
                clock.instant());
    }
}

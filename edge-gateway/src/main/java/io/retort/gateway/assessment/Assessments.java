package io.retort.gateway.assessment;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.retort.contract.reference.Energy;
import io.retort.contract.reference.HeadReference;
import io.retort.contract.reference.Reference;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.gateway.drift.Drift;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.returns.Returns;
import io.retort.gateway.routing.Item;
import io.retort.gateway.routing.Placement;
import io.retort.gateway.routing.Route;
import io.retort.gateway.routing.Routing;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/// The one way from capture to assessment, whichever door it came through.
@Component
public final class Assessments {

    private final Routing routing;
    private final Decisions decisions;
    private final Drift drift;
    private final Returns returns;
    private final Clock clock;
    private final Map<Door, Map<Route, Counter>> routed = new EnumMap<>(Door.class);
    private final Map<Door, Counter> unrouted = new EnumMap<>(Door.class);
    private final Timer inference;

    Assessments(
            Routing routing,
            Decisions decisions,
            Drift drift,
            Returns returns,
            Clock clock,
            MeterRegistry meters) {
        this.routing = routing;
        this.decisions = decisions;
        this.drift = drift;
        this.returns = returns;
        this.clock = clock;
        for (Door door : Door.values()) {
            Map<Route, Counter> counters = new EnumMap<>(Route.class);
            for (Route route : Route.values()) {
                counters.put(route, counter(meters, door, route.tag()));
            }
            routed.put(door, counters);
            unrouted.put(door, counter(meters, door, "none"));
        }
        this.inference =
                Timer.builder("retort.inference")
                        .description("Time in the model, waiting for a free lane included")
                        .publishPercentileHistogram()
                        .minimumExpectedValue(Duration.ofNanos(50_000))
                        .maximumExpectedValue(Duration.ofSeconds(2))
                        .register(meters);
    }

    /// @throws io.retort.contract.InvalidRecordException naming the field of the capture
    /// @throws io.retort.gateway.inference.OverloadedException over doors that are not patient
    public Assessment assess(Model model, Capture capture, Door door) {
        // Whatever is logged meanwhile names the capture.
        try (var _ = MDC.putCloseable("capture", capture.getId())) {
            return assessed(model, capture, door);
        }
    }

    private Assessment assessed(Model model, Capture capture, Door door) {
        Map<String, float[]> answers = answers(model, capture, door);
        drift.observe(model, answers);
        Assessment assessment = assessment(model, capture, answers, door);
        if (door.sorts()) {
            decisions.tell(assessment);
        }
        if (door != Door.KAFKA) {
            // One from Kafka is on the topic already.
            returns.consider(capture, assessment.confidence(), assessment.novel());
        }
        count(door, assessment.route());
        return assessment;
    }

    private void count(Door door, @Nullable Route route) {
        Counter counter =
                route == null
                        ? unrouted.get(door)
                        : Objects.requireNonNull(routed.get(door)).get(route);
        Objects.requireNonNull(counter).increment();
    }

    private static Counter counter(MeterRegistry meters, Door door, String route) {
        return Counter.builder("retort.assessments")
                .description("Captures that were decided, by door and route")
                .tag("door", door.tag())
                .tag("route", route)
                .register(meters);
    }

    private Map<String, float[]> answers(Model model, Capture capture, Door door) {
        try (Model.Input input = model.input(capture)) {
            Map<String, float[]> tensors = input.tensors();
            return Objects.requireNonNull(
                    inference.record(
                            () -> door.patient() ? model.run(tensors) : model.runSoon(tensors)));
        }
    }

    private Assessment assessment(
            Model model, Capture capture, Map<String, float[]> answers, Door door) {
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
        @Nullable String sorted =
                classifications.containsKey("material")
                        ? "material"
                        : classifications.keySet().stream().findFirst().orElse(null);
        boolean novel = sorted != null && novel(model, sorted, answers);
        Item item =
                new Item(
                        sorted == null
                                ? Map.of()
                                : classified(classifications, sorted).probabilities(),
                        quality,
                        novel);
        Placement placement = door.sorts() ? routing.place(item) : routing.judge(item);
        ModelVersion version = model.version();
        return new Assessment(
                capture.getId(),
                capture.getStation(),
                classifications.get("material"),
                classifications.get("degradation"),
                quality,
                Collections.unmodifiableMap(classifications),
                Collections.unmodifiableMap(regressions),
                placement.route(),
                placement,
                novel,
                classifications.values().stream()
                        .findFirst()
                        .map(Classified::confidence)
                        .orElse(null),
                version.model(),
                version.version(),
                version.digest(),
                clock.instant());
    }

    private static Classified classified(Map<String, Classified> all, String head) {
        return Objects.requireNonNull(all.get(head));
    }

    /// Whether the head's energy is above that of 99 of 100 captures that its release was examined
    /// on. Of captures that a model learnt from, energies are too low to compare with.
    private static boolean novel(Model model, String head, Map<String, float[]> answers) {
        return model.reference()
                .filter(Reference::heldOut)
                .map(reference -> reference.heads().get(head))
                .filter(HeadReference.Classes.class::isInstance)
                .map(HeadReference.Classes.class::cast)
                .map(classes ->
                        Energy.of(Objects.requireNonNull(answers.get(head)))
                                > classes.energy().quantile(0.99))
                .orElse(false);
    }
}

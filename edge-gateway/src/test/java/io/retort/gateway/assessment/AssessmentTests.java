package io.retort.gateway.assessment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.contract.Records;
import io.retort.contract.reference.Reference;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Decision;
import io.retort.gateway.drift.Drift;
import io.retort.gateway.drift.DriftSettings;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.inference.ExecutionProvider;
import io.retort.gateway.inference.InferenceSettings;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.outbox.Outbox;
import io.retort.gateway.outbox.OutboxSettings;
import io.retort.gateway.outbox.WhenFull;
import io.retort.gateway.power.Power;
import io.retort.gateway.power.PowerSettings;
import io.retort.gateway.returns.Returns;
import io.retort.gateway.returns.ReturnsSettings;
import io.retort.gateway.routing.Route;
import io.retort.gateway.routing.Routing;
import io.retort.gateway.routing.RoutingSettings;
import io.retort.tracing.TraceHeaders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class AssessmentTests {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final Routing routing =
            new Routing(
                    new RoutingSettings(
                            Path.of("routing"), 0.7, 0.3, 0, true, Duration.ofSeconds(1)));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Outbox outbox;
    private final Outbox returned;
    private final Assessments assessments;

    AssessmentTests(@TempDir Path folder) throws IOException {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        outbox = outbox("decisions", folder);
        returned = outbox("captures", folder);
        Power power =
                new Power(
                        new PowerSettings(0.5, 0.2, 0.05, null, Duration.ofHours(1), 1),
                        event -> {},
                        clock,
                        meters);
        assessments =
                new Assessments(
                        routing,
                        new Decisions(recent(10), outbox),
                        new Drift(new DriftSettings(1000, 100), meters),
                        new Returns(
                                new ReturnsSettings(
                                        true,
                                        0.2,
                                        0,
                                        DataSize.ofMegabytes(1),
                                        DataSize.ofMegabytes(1)),
                                returned,
                                power,
                                clock,
                                meters),
                        clock,
                        meters);
    }

    private Outbox outbox(String name, Path folder) throws IOException {
        return new Outbox(
                name,
                new NewTopic(name, 1, (short) 1),
                new OutboxSettings(
                        true,
                        folder,
                        DataSize.ofMegabytes(1),
                        DataSize.ofMegabytes(1),
                        WhenFull.REFUSE,
                        false),
                new KafkaTemplate<>(new DefaultKafkaProducerFactory<>(Map.of())),
                new KafkaAdmin(Map.of()),
                TraceHeaders.none(),
                meters);
    }

    @Test
    void probabilitiesAreTheSoftmaxOfTheLogits() {
        ClassificationHead head = new ClassificationHead(List.of("a", "b", "c"));
        Classified classified = Classified.of(head, new float[] {1, 3, 2});
        assertThat(classified.category()).isEqualTo("b");
        assertThat(classified.probabilities().keySet()).containsExactly("a", "b", "c");
        assertThat(classified.probabilities().get("a")).isEqualTo(0.09003057, within(1e-8));
        assertThat(classified.confidence()).isEqualTo(0.66524096, within(1e-8));
    }

    @Test
    void hugeLogitsStayNumbersAndTheFirstOfEqualsWins() {
        ClassificationHead head = new ClassificationHead(List.of("a", "b"));
        assertThat(Classified.of(head, new float[] {3e38f, -3e38f}).confidence()).isEqualTo(1);
        assertThat(Classified.of(head, new float[] {-3e38f, -3e38f}))
                .isEqualTo(new Classified("a", Map.of("a", 0.5, "b", 0.5)));
    }

    @Test
    void jsonHasProbabilitiesWithEightDecimals() {
        JsonMapper json = JsonMapper.builder().build();
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (double probability : new double[] {0, 1, 0.5, 1 / 3.0, 0.999999999, 4e-9, 6e-9}) {
            probabilities.put("p" + probabilities.size(), probability);
        }
        assertThat(json.writeValueAsString(new Classified("p1", probabilities)))
                .isEqualTo(
                        """
                        {"category":"p1","probabilities":{"p0":0.0,"p1":1.0,"p2":0.5,"p3":0.33333333,\
                        "p4":1.0,"p5":0.0,"p6":0.00000001}}\
                        """);
    }

    @Test
    void regressionsAreClippedToTheirHeadsRange() {
        assertThat(quality(Onnx.of(Onnx.CAMERA).scale(0).bias(7))).isEqualTo(1);
        assertThat(quality(Onnx.of(Onnx.CAMERA).scale(0).bias(-7))).isZero();
        assertThat(quality(Onnx.of(Onnx.CAMERA).scale(0).bias(0.5))).isEqualTo(0.5);
    }

    @Test
    void theDecisionOnTheWireSaysTheSame() {
        Assessment assessment = assess(Onnx.of(Onnx.CAMERA).scale(0).bias(0.9));
        Decision decision = Records.check(assessment.decision());
        assertThat(decision.getCaptureId()).isEqualTo("c-1").isEqualTo(assessment.id());
        assertThat(decision.getStation()).isEqualTo("s-01").isEqualTo(assessment.station());
        assertThat(decision.getRoute()).isEqualTo(Decision.Route.REUSE);
        assertThat(decision.getRoutingReason()).isEqualTo("a quality of 0.9 is above 0.7");
        assertThat(decision.getConfidence()).isEqualTo(0.33333333);
        assertThat(decision.getRegressionsMap()).containsEntry("quality", (double) 0.9f);
        assertThat(decision.getClassificationsMap().keySet())
                .containsExactlyInAnyOrder("material", "degradation");
        assertThat(decision.getClassificationsOrThrow("material").getProbabilitiesMap())
                .isEqualTo(Objects.requireNonNull(assessment.material()).probabilities());
        assertThat(decision.getModel()).isEqualTo("student");
        assertThat(decision.getModelVersion()).isEqualTo(4);
        assertThat(assessment.decidedAt()).isEqualTo(NOW);
    }

    @Test
    void aSchemaWithOtherHeadsHasNeitherRouteNorShortcuts() {
        Schema schema =
                new Schema(
                        "line", Map.of("rgb", Onnx.RGB), Map.of("wear", new RegressionHead(-1, 5)));
        Assessment assessment = assess(Onnx.of(schema).scale(0).bias(3));
        assertThat(assessment.material()).isNull();
        assertThat(assessment.degradation()).isNull();
        assertThat(assessment.quality()).isNull();
        assertThat(assessment.route()).isNull();
        assertThat(assessment.confidence()).isNull();
        assertThat(assessment.regressions()).containsExactly(Map.entry("wear", 3.0));
        Decision decision = Records.check(assessment.decision());
        assertThat(decision.getRoute()).isEqualTo(Decision.Route.ROUTE_UNSPECIFIED);
        assertThat(decision.getConfidence()).isZero();
    }

    @Test
    void assessmentsAreCountedByDoorAndRoute() {
        assess(Onnx.of(Onnx.CAMERA).scale(0).bias(0.9));
        assertThat(
                        meters.get("retort.assessments")
                                .tags("door", "rest", "route", "reuse")
                                .counter()
                                .count())
                .isEqualTo(1);
        assertThat(meters.get("retort.inference").timer().count()).isEqualTo(1);
    }

    @Test
    void ofTheCapturesSeenTheLatestAreRemembered() {
        RecentCaptures recent = new RecentCaptures(new AssessmentSettings(DataSize.ofBytes(1), 2));
        recent.add("a");
        recent.add("b");
        assertThat(recent.contains("a")).isTrue();
        recent.add("c");
        assertThat(recent.contains("b")).isFalse();
        assertThat(recent.contains("a")).isTrue();
        assertThat(recent.contains("c")).isTrue();
    }

    @Test
    void eachCaptureIsToldOnce() {
        assess(Onnx.of(Onnx.CAMERA).scale(0).bias(0.9));
        assess(Onnx.of(Onnx.CAMERA).scale(0).bias(0.1));
        assertThat(outbox.depth()).isEqualTo(1);
        assertThat(outbox.captureIds()).containsExactly("c-1");
        // As after a restart.
        RecentCaptures recent = recent(10);
        Decisions _ = new Decisions(recent, outbox);
        assertThat(recent.contains("c-1")).isTrue();
    }

    @Test
    void whatIsUnlikeAllBeforeIsNovelLookedAtAndSentBack() {
        // Three equal logits of 0.9 have an energy of -0.9 - ln 3 = -2.0.
        Onnx camera = Onnx.of(Onnx.CAMERA).scale(0).bias(0.9);
        Assessment usual = assess(camera.reference(answered(0.8f, true)));
        assertThat(usual.novel()).isFalse();
        assertThat(usual.route()).isEqualTo(Route.REUSE);
        assertThat(returned.depth()).isZero();
        Assessment novel = assess(camera.reference(answered(1.0f, true)));
        assertThat(novel.novel()).isTrue();
        assertThat(novel.route()).isEqualTo(Route.MANUAL);
        assertThat(novel.decision().getNovel()).isTrue();
        assertThat(returned.captureIds()).containsExactly("c-1");
        assertThat(
                        meters.get("retort.returns")
                                .tags("reason", "novel", "outcome", "sent")
                                .counter()
                                .count())
                .isEqualTo(1);
    }

    @Test
    void energiesOfWhatAModelLearntAreNoMeasure() {
        Onnx camera = Onnx.of(Onnx.CAMERA).scale(0).bias(0.9);
        assertThat(assess(camera.reference(answered(1.0f, false))).novel()).isFalse();
    }

    /// Of a file that answered one number to everything.
    private static Reference answered(float value, boolean heldOut) {
        return Reference.of(
                Onnx.CAMERA,
                List.of(
                        Map.of(
                                "material", new float[] {value, value, value},
                                "degradation", new float[] {value, value},
                                "quality", new float[] {value})),
                heldOut);
    }

    private static RecentCaptures recent(int remembered) {
        return new RecentCaptures(new AssessmentSettings(DataSize.ofBytes(1), remembered));
    }

    private double quality(Onnx onnx) {
        return assess(onnx).regressions().getOrDefault("quality", Double.NaN);
    }

    private Assessment assess(Onnx onnx) {
        Model model =
                Model.load(
                        onnx.bytes(),
                        new ModelVersion("student", 4, "int8", "a".repeat(64)),
                        new InferenceSettings(
                                1, 1, 64, Duration.ofSeconds(2), ExecutionProvider.CPU),
                        Model.Haste.AT_ONCE);
        try {
            return assessments.assess(model, Captures.photo("c-1", 0x123456), Door.REST);
        } finally {
            model.release();
        }
    }
}

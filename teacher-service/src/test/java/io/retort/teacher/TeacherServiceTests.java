package io.retort.teacher;

import static io.retort.teacher.Running.LONG;
import static io.retort.teacher.Running.headers;
import static io.retort.teacher.Running.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.retort.contract.Records;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Uncertainty;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Temperature;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.teacher.EnsembleWeights;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import tools.jackson.databind.JsonNode;

class TeacherServiceTests {

    private static final EmbeddedKafkaKraftBroker BROKER = new EmbeddedKafkaKraftBroker(1, 1);

    /// The one of the first test, which most of the annotated parts are not in.
    private static final HeldOut SHARE = new HeldOut(Set.of(), 0.2);

    @TempDir Path data;

    @BeforeAll
    static void startBroker() {
        BROKER.brokerProperty("group.initial.rebalance.delay.ms", "0");
        BROKER.afterPropertiesSet();
    }

    @AfterAll
    static void stopBroker() {
        BROKER.destroy();
    }

    @Test
    void learnsFromAnnotatedCapturesAndScoresEachCaptureOnce() {
        try (Running service = start("whole")) {
            assertThat(service.score(Parts.capture("parts", "x", 0)).statusCode()).isEqualTo(503);
            assertThat(service.get("/api/v1/teachers/active").statusCode()).isEqualTo(404);
            HttpResponse<String> nothing = service.post("/api/v1/teachers", "{}");
            assertThat(nothing.statusCode()).isEqualTo(422);
            assertThat(json(nothing).path("type").asString())
                    .isEqualTo("urn:retort:problem:too-few-samples");

            for (int i = 0; i < 40; i++) {
                service.send(Parts.capture("parts", "c" + i, i));
                if (i < 24) {
                    service.send(Parts.annotation("c" + i, Parts.material(i)));
                }
                if (i == 7) {
                    sendWhatDoesNotFit(service);
                }
            }
            service.send(Parts.capture("parts", "c3", 5));
            service.awaitSamples(40 + 5, 24 + 1);

            HttpResponse<String> accepted =
                    service.post("/api/v1/teachers", request("parts", 12, "{\"share\": 0.2}"));
            assertThat(accepted.statusCode()).isEqualTo(202);
            String location = accepted.headers().firstValue("Location").orElseThrow();
            HttpResponse<String> second = service.post("/api/v1/teachers", "{}");
            assertThat(second.statusCode()).isEqualTo(409);
            String events = service.get(location + "/events").body();
            assertThat(events).contains("event:progress", "event:succeeded").endsWith("\n\n");

            JsonNode teacher = json(service.get(location));
            assertTeacher(teacher);
            assertThat(json(service.get("/api/v1/teachers/active"))).isEqualTo(teacher);
            String version = teacher.path("version").asString();
            JsonNode samples = service.awaitScored(version);
            assertThat(samples.path("scored").asInt()).isEqualTo(40 + 2);
            assertThat(samples.path("rejected").asInt()).isEqualTo(2);
            assertSoftTargets(service, version);
            assertDeadLetters(service);

            service.send(Parts.capture("parts", "late", 4));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(targets(service, version)).containsKey("late"));
            assertAnswersOverHttp(service, version);
            assertTellsOfItself(service);
        }
    }

    /// A poison record, records that break the contract, captures that break the schema, captures
    /// with a sensor missing, and one of another schema.
    private static void sendWhatDoesNotFit(Running service) {
        service.send("captures", "s", new byte[] {9, 9, 9}, Map.of("ce_id", "poison"));
        service.send("captures", "s", null, Map.of());
        service.send(
                "captures",
                "s",
                tooLarge().toByteArray(),
                Map.of("ce_id", "too-large", "ce_source", "/ü"));
        service.send("annotations", "s", new byte[] {9, 9, 9}, Map.of());
        service.send(
                Parts.capture("parts", "wrong-length", 1).toBuilder()
                        .putModalities("spectrum", Parts.spectrum(1, 5))
                        .build());
        service.send(Parts.annotation("wrong-length", "glass"));
        service.send(
                Parts.capture("parts", "blind", 1).toBuilder()
                        .clearModalities()
                        .putModalities("x-ray", Parts.photo(1))
                        .build());
        service.send(
                Parts.capture("parts", "photo-only", 1).toBuilder()
                        .removeModalities("spectrum")
                        .build());
        service.send(
                Parts.capture("parts", "spectrum-only", 2).toBuilder()
                        .removeModalities("rgb")
                        .build());
        service.send(Parts.capture("other", "foreign", 2));
    }

    private static Capture tooLarge() {
        return Parts.capture("parts", "too-large", 1).toBuilder()
                .putModalities(
                        "rgb",
                        Payload.newBuilder()
                                .setImage(
                                        Image.newBuilder()
                                                .setEncoding(Image.Encoding.PNG)
                                                .setData(
                                                        com.google.protobuf.ByteString.copyFrom(
                                                                new byte[9 * 1024 * 1024])))
                                .build())
                .build();
    }

    private static void assertTeacher(JsonNode teacher) {
        assertThat(teacher.path("state").asString()).as(teacher.toString()).isEqualTo("succeeded");
        assertThat(teacher.path("progress").path("epoch").asInt()).isEqualTo(3 * 12);
        assertThat(teacher.path("networks").asInt()).isEqualTo(3);
        assertThat(teacher.path("version").asString()).matches("[0-9a-f]{64}");
        assertThat(teacher.path("parameters").asLong()).isPositive();
        assertThat(teacher.path("macs").asLong()).isPositive();
        assertThat(teacher.path("schema").path("name").asString()).isEqualTo("parts");
        JsonNode samples = teacher.path("samples");
        assertThat(samples.path("training").asInt() + samples.path("heldOut").asInt())
                .isEqualTo(24);
        assertThat(samples.path("heldOut").asInt()).isPositive();
        assertThat(samples.path("leftOut").asInt()).isOne();
        JsonNode leftOut = samples.path("leftOutFirst").path(0);
        assertThat(leftOut.path("id").asString()).isEqualTo("wrong-length");
        assertThat(leftOut.path("field").asString()).startsWith("modalities[spectrum]");
        assertThat(leftOut.path("problem").asString()).contains("5");
        JsonNode outOfFold = teacher.path("outOfFold");
        JsonNode honest = outOfFold.path("evaluation").path("heads").path("material");
        assertThat(honest.path("value").asDouble()).isEqualTo(1);
        assertThat(honest.path("low").asDouble()).isBetween(0.5, 0.99);
        assertThat(honest.path("n").asInt()).isEqualTo(samples.path("training").asInt());
        JsonNode calibration = outOfFold.path("calibration").path("material");
        assertThat(calibration.path("temperature").asDouble()).isPositive();
        for (String side : List.of("before", "after")) {
            assertThat(calibration.path(side).path("expectedCalibrationError").asDouble())
                    .isBetween(1e-9, 0.7);
        }
        JsonNode evaluation = teacher.path("evaluation");
        JsonNode accuracy = evaluation.path("teacher").path("heads").path("material");
        assertThat(accuracy.path("metric").asString()).isEqualTo("accuracy");
        assertThat(accuracy.path("value").asDouble()).isEqualTo(1);
        assertThat(accuracy.path("n").asInt()).isEqualTo(samples.path("heldOut").asInt());
        assertThat(accuracy.path("low").asDouble()).isBetween(0.1, 0.99);
        assertThat(
                        evaluation
                                .path("constant")
                                .path("heads")
                                .path("material")
                                .path("value")
                                .asDouble())
                .isLessThan(1);
    }

    private static void assertSoftTargets(Running service, String version) {
        Map<String, SoftTarget> targets = targets(service, version);
        TreeSet<String> expected = new TreeSet<>(List.of("photo-only", "spectrum-only"));
        for (int i = 0; i < 40; i++) {
            expected.add("c" + i);
            SoftTarget target = at(targets, "c" + i);
            assertThat(winner(target)).isEqualTo(i % 3);
            boolean learnt = i < 24 && !SHARE.contains("group-" + i);
            assertThat(target.getExposure())
                    .isEqualTo(
                            learnt ? SoftTarget.Exposure.OUT_OF_FOLD : SoftTarget.Exposure.UNSEEN);
            assertThat(target.getMembers()).isEqualTo(learnt ? 1 : 3);
            assertThat(target.getUncertaintyMap()).containsOnlyKeys("material", "quality");
            Uncertainty material = target.getUncertaintyOrThrow("material");
            assertThat(material.getEntropy()).isBetween(1e-6, 0.9);
            assertThat(material.getDisagreement()).isBetween(1e-9, material.getEntropy());
            assertThat(target.getUncertaintyOrThrow("quality").getDeviation()).isPositive();
        }
        assertThat(targets.keySet()).isEqualTo(expected);
        SoftTarget whole = at(targets, "c30");
        assertThat(whole.getFeaturesMap()).containsOnlyKeys("rgb", "spectrum", "fused");
        assertThat(whole.getFeaturesOrThrow("rgb").getValuesCount()).isEqualTo(512);
        assertThat(whole.getAttentionMap()).containsOnlyKeys("rgb");
        assertThat(whole.getHeadsMap()).containsOnlyKeys("material", "quality");
        assertThat(at(targets, "photo-only").getFeaturesMap()).containsOnlyKeys("rgb", "fused");
        assertThat(at(targets, "spectrum-only").getAttentionMap()).isEmpty();
        assertThat(winner(at(targets, "spectrum-only"))).isEqualTo(2);

        ConsumerRecord<byte[], byte[]> record = service.records("soft-targets").getFirst();
        SoftTarget target = Records.softTarget(record.value());
        assertThat(record.key()).asString().isEqualTo(target.getCaptureId());
        assertThat(headers(record))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "ce_specversion",
                                "1.0",
                                "ce_id",
                                target.getCaptureId(),
                                "ce_source",
                                "/teachers/" + version,
                                "ce_type",
                                "io.retort.soft-target.v1",
                                "ce_subject",
                                target.getCaptureId(),
                                "ce_time",
                                io.retort.contract.Times.instant(target.getScoredAt()).toString(),
                                "content-type",
                                "application/protobuf"));
    }

    private static void assertDeadLetters(Running service) {
        List<ConsumerRecord<byte[], byte[]>> letters = service.records("captures.dlq");
        assertThat(letters).hasSize(5);
        ConsumerRecord<byte[], byte[]> poison = letters.get(0);
        assertThat(poison.value()).containsExactly(9, 9, 9);
        assertThat(headers(poison))
                .containsEntry("ce_id", "poison")
                .containsEntry("x-original-topic", service.topic("captures"))
                .hasEntrySatisfying(
                        "x-exception-message",
                        m -> assertThat(m).contains("capture: is not a protobuf"));
        assertThat(headers(letters.get(1)))
                .hasEntrySatisfying(
                        "x-exception-message",
                        m -> assertThat(m).endsWith("capture: has no value"));
        ConsumerRecord<byte[], byte[]> large = letters.get(2);
        assertThat(large.value()).isEqualTo(tooLarge().toByteArray());
        assertThat(headers(large))
                .containsEntry("ce_source", "/ü")
                .hasEntrySatisfying(
                        "x-exception-message",
                        m -> assertThat(m).contains("modalities[rgb].image.data: "));

        Map<String, ConsumerRecord<byte[], byte[]>> refused = new HashMap<>();
        letters.subList(3, 5).forEach(r -> refused.put(Records.capture(r.value()).getId(), r));
        assertThat(refused).containsOnlyKeys("wrong-length", "blind");
        ConsumerRecord<byte[], byte[]> wrong = at(refused, "wrong-length");
        assertThat(wrong.value())
                .isEqualTo(
                        Parts.capture("parts", "wrong-length", 1).toBuilder()
                                .putModalities("spectrum", Parts.spectrum(1, 5))
                                .build()
                                .toByteArray());
        assertThat(wrong.key()).asString(StandardCharsets.UTF_8).isEqualTo("station ü 1");
        assertThat(headers(wrong))
                .containsEntry("ce_id", "wrong-length")
                .containsEntry("ce_source", "/stations/station%20%C3%BC%201")
                .containsEntry("x-original-topic", "captures")
                .containsEntry("x-exception-fqcn", "io.retort.contract.InvalidRecordException")
                .hasEntrySatisfying(
                        "x-exception-message",
                        m -> assertThat(m).startsWith("modalities[spectrum]"));
        assertThat(headers(at(refused, "blind")))
                .containsEntry(
                        "x-exception-message",
                        "modalities: the capture carries none of [rgb, spectrum]");
        assertThat(service.records("annotations.dlq")).hasSize(1);
    }

    private static void assertAnswersOverHttp(Running service, String version) {
        JsonNode score = json(service.score(Parts.capture("parts", "asked", 30)));
        SoftTarget same = at(targets(service, version), "c30");
        JsonNode material = score.path("classifications").path("material");
        assertThat(material.path("category").asString()).isEqualTo("copper");
        assertThat(material.path("probabilities").path("copper").asDouble()).isGreaterThan(0.5);
        for (int i = 0; i < 3; i++) {
            assertThat(material.path("logits").path(i).floatValue())
                    .isCloseTo(same.getHeadsOrThrow("material").getValues(i), within(1e-4f));
        }
        assertThat(score.path("regressions").path("quality").floatValue())
                .isCloseTo(same.getHeadsOrThrow("quality").getValues(0), within(1e-4f));
        assertThat(score.path("features").path("fused").asInt()).isEqualTo(512);
        assertThat(score.path("attention").path("rgb").path("values").size()).isEqualTo(4);
        assertThat(score.path("teacherVersion").asString()).isEqualTo(version);
        assertThat(score.path("exposure").asString()).isEqualTo("unseen");
        assertThat(score.path("members").asInt()).isEqualTo(3);
        assertThat(score.path("uncertainty").path("material").path("entropy").asDouble())
                .isCloseTo(same.getUncertaintyOrThrow("material").getEntropy(), within(1e-4));
        assertThat(score.path("uncertainty").path("quality").propertyNames())
                .containsExactly("deviation");
        Capture learnt = Parts.capture("parts", "asked", firstLearnt());
        assertThat(json(service.score(learnt)).path("exposure").asString())
                .isEqualTo("out-of-fold");
        Capture nameless = learnt.toBuilder().clearGroup().build();
        assertThat(json(service.score(nameless)).path("exposure").asString()).isEqualTo("unseen");

        HttpResponse<String> unfit =
                service.score(
                        Parts.capture("parts", "asked", 1).toBuilder()
                                .putModalities("spectrum", Parts.spectrum(1, 5))
                                .build());
        assertThat(unfit.statusCode()).isEqualTo(422);
        assertThat(json(unfit).path("type").asString())
                .isEqualTo("urn:retort:problem:invalid-record");
        assertThat(json(unfit).path("field").asString()).startsWith("modalities[spectrum]");
        assertThat(service.score(Parts.capture("other", "asked", 1)).statusCode()).isEqualTo(422);
        HttpResponse<String> text =
                service.request("POST", "/api/v1/scores", new byte[1], "text/x");
        assertThat(text.statusCode()).isEqualTo(415);
        assertThat(json(text).path("type").asString())
                .isEqualTo("urn:retort:problem:unsupported-media-type");
        HttpResponse<String> large =
                service.request(
                        "POST",
                        "/api/v1/scores",
                        new byte[25 * 1024 * 1024],
                        "application/x-protobuf");
        assertThat(large.statusCode()).isEqualTo(413);
        HttpResponse<String> typo = service.post("/api/v1/teachers", "{\"shema\": {}}");
        assertThat(typo.statusCode()).isEqualTo(400);
        assertThat(json(typo).path("type").asString())
                .isEqualTo("urn:retort:problem:invalid-request");
        for (String wrong :
                List.of(
                        "{\"settings\": {\"epochs\": 0}}",
                        "{\"networks\": 21}",
                        "{\"networks\": 2.5}")) {
            assertThat(service.post("/api/v1/teachers", wrong).statusCode()).isEqualTo(400);
        }
        HttpResponse<String> done = service.delete("/api/v1/teachers/1");
        assertThat(done.statusCode()).isEqualTo(409);
        assertThat(service.get("/api/v1/teachers/77").statusCode()).isEqualTo(404);
    }

    private static void assertTellsOfItself(Running service) {
        assertThat(service.get("/actuator/health/liveness").body()).contains("UP");
        assertThat(service.get("/actuator/health/readiness").body()).contains("UP");
        assertThat(service.get("/actuator/prometheus").body())
                .contains("retort_captures_received_total{application=\"teacher-service\"} 46.0")
                .contains("retort_captures_scored_total{application=\"teacher-service\"} 43.0")
                .contains("retort_captures_rejected_total{application=\"teacher-service\"} 2.0")
                .contains("retort_captures_waiting{application=\"teacher-service\"} 0.0")
                .contains("retort_training_progress{application=\"teacher-service\"} 1.0")
                .contains("retort_training_loss")
                .contains("retort_scoring_batch_seconds_count")
                .contains("retort_scoring_request_seconds_count");
        assertThat(json(service.get("/v3/api-docs")).path("paths").propertyNames())
                .contains(
                        "/api/v1/teachers",
                        "/api/v1/teachers/active",
                        "/api/v1/teachers/{id}",
                        "/api/v1/teachers/{id}/events",
                        "/api/v1/scores",
                        "/api/v1/samples");
    }

    @Test
    void goesOnWhereItStoppedAndScoresAllAgainWithANewTeacher() {
        String first;
        try (Running service = start("restart")) {
            for (int i = 0; i < 12; i++) {
                service.send(Parts.capture("parts", "c" + i, i));
                service.send(Parts.annotation("c" + i, Parts.material(i)));
            }
            service.send(
                    Parts.capture("parts", "blind", 1).toBuilder()
                            .clearModalities()
                            .putModalities("x-ray", Parts.photo(1))
                            .build());
            service.awaitSamples(13, 12);
            JsonNode teacher = service.train(request("parts", 2, "{\"share\": 0}"));
            assertThat(teacher.path("evaluation").isNull()).isTrue();
            first = teacher.path("version").asString();
            service.awaitScored(first);
        }
        try (Running service = start("restart")) {
            assertThat(json(service.get("/api/v1/teachers/active")).path("version").asString())
                    .isEqualTo(first);
            assertThat(service.score(Parts.capture("parts", "asked", 1)).statusCode())
                    .isEqualTo(200);
            service.send(Parts.capture("parts", "late", 4));
            service.awaitSamples(14, 12);
            JsonNode samples = service.awaitScored(first);
            assertThat(samples.path("scored").asInt()).isEqualTo(13);
            assertThat(service.records("soft-targets")).hasSize(13);
            assertThat(service.records("captures.dlq")).hasSize(1);

            JsonNode teacher = service.train(request("parts", 3, "{\"groups\": [\"group-1\"]}"));
            String second = teacher.path("version").asString();
            assertThat(second).isNotEqualTo(first);
            service.awaitScored(second);
            assertThat(targets(service, second)).hasSize(13);
            assertThat(service.records("soft-targets")).hasSize(26);
            assertThat(service.records("captures.dlq")).hasSize(2);
            JsonNode all = json(service.get("/api/v1/teachers"));
            assertThat(all.path(0).path("version").asString()).isEqualTo(second);
            assertThat(all.path(1).path("version").asString()).isEqualTo(first);
        }
    }

    @Test
    void anInstanceThatOnlyScoresFollowsTheOneThatTrains() {
        String teachers = "--retort.teachers.folder=" + data.resolve("shared");
        try (Running trainer =
                        new Running(
                                BROKER.getBrokersAsString(),
                                "roles",
                                data.resolve("trainer"),
                                teachers,
                                "--retort.scoring.enabled=false");
                Running scorer =
                        new Running(
                                BROKER.getBrokersAsString(),
                                "roles",
                                data.resolve("scorer"),
                                teachers,
                                "--retort.teachers.follow=200ms",
                                "--spring.cloud.function.definition=captures",
                                "--spring.cloud.stream.default.group=teacher-scoring")) {
            for (int i = 0; i < 12; i++) {
                trainer.send(Parts.capture("parts", "c" + i, i));
                trainer.send(Parts.annotation("c" + i, Parts.material(i)));
            }
            trainer.awaitSamples(12, 12);
            scorer.awaitSamples(12, 0);

            String first =
                    trainer.train(request("parts", 2, "{\"share\": 0}")).path("version").asString();
            scorer.awaitScored(first);
            String second =
                    trainer.train(request("parts", 3, "{\"share\": 0}")).path("version").asString();
            scorer.awaitScored(second);

            assertThat(scorer.records("soft-targets")).hasSize(24);
            assertThat(targets(scorer, second)).hasSize(12);
            assertThat(trainer.samples().path("scored").asInt()).isZero();
            assertThat(scorer.post("/api/v1/teachers", "{}"))
                    .returns(409, HttpResponse::statusCode)
                    .satisfies(refused -> assertThat(refused.body()).contains("follows"));
        }
    }

    @Test
    void sendsAgainAfterACrashAndLosesNothing() throws IOException {
        String version;
        try (Running service = start("crash")) {
            for (int i = 0; i < 12; i++) {
                service.send(Parts.capture("parts", "c" + i, i));
                service.send(Parts.annotation("c" + i, Parts.material(i)));
            }
            service.awaitSamples(12, 12);
            version =
                    service.train(request("parts", 1, "{\"share\": 0}")).path("version").asString();
            service.awaitScored(version);
        }
        // As a crash leaves it: half of what was sent is not written down, one record in part.
        Path journal = data.resolve("scoring").resolve(version + ".journal");
        byte[] whole = Files.readAllBytes(journal);
        Files.write(journal, Arrays.copyOf(whole, whole.length / 2));

        try (Running service = start("crash")) {
            assertThat(service.awaitScored(version).path("scored").asInt()).isEqualTo(12);
            List<String> sent =
                    service.records("soft-targets").stream()
                            .map(r -> Records.softTarget(r.value()).getCaptureId())
                            .toList();
            assertThat(sent).hasSizeBetween(17, 19);
            assertThat(new TreeSet<>(sent)).hasSize(12);
            assertThat(Files.size(journal)).isEqualTo(whole.length);
        }
    }

    @Test
    void triesAgainUntilTheBrokerTakesIt() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", BROKER.getBrokersAsString()))) {
            String topic = "stubborn-soft-targets";
            admin.createTopics(
                            List.of(
                                    new NewTopic(topic, 1, (short) 1)
                                            .configs(Map.of("max.message.bytes", "100"))))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            try (Running service = start("stubborn")) {
                for (int i = 0; i < 8; i++) {
                    service.send(Parts.capture("parts", "c" + i, i));
                    service.send(Parts.annotation("c" + i, Parts.material(i)));
                }
                service.awaitSamples(8, 8);
                String version =
                        service.train(request("parts", 1, "{\"share\": 0}"))
                                .path("version")
                                .asString();
                assertThat(service.samples().path("scored").asInt()).isZero();
                assertThat(service.samples().path("waiting").asInt()).isEqualTo(8);
                assertThat(service.score(Parts.capture("parts", "asked", 1)).statusCode())
                        .isEqualTo(200);

                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
                AlterConfigOp larger =
                        new AlterConfigOp(
                                new ConfigEntry("max.message.bytes", "1000000"),
                                AlterConfigOp.OpType.SET);
                admin.incrementalAlterConfigs(Map.of(resource, List.of(larger)))
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
                service.awaitScored(version);
                assertThat(targets(service, version)).hasSize(8);
                assertThat(service.records("captures.dlq")).isEmpty();
            }
        }
    }

    @Test
    void neverLearnsFromHeldOutGroups() {
        try (Running service = start("held-out")) {
            // The held-out half is labelled wrongly throughout: a teacher that does not learn
            // from it is never right about it.
            for (int i = 0; i < 24; i++) {
                service.send(Parts.capture("parts", "c" + i, i));
                service.send(Parts.annotation("c" + i, Parts.material(i < 12 ? i : i + 1)));
            }
            service.awaitSamples(24, 24);
            String groups =
                    "[\"group-12\",\"group-13\",\"group-14\",\"group-15\",\"group-16\",\"group-17\","
                            + "\"group-18\",\"group-19\",\"group-20\",\"group-21\",\"group-22\","
                            + "\"group-23\"]";
            JsonNode teacher = service.train(request("parts", 15, "{\"groups\": " + groups + "}"));
            JsonNode accuracy =
                    teacher.path("evaluation").path("teacher").path("heads").path("material");
            assertThat(accuracy.path("n").asInt()).isEqualTo(12);
            assertThat(accuracy.path("value").asDouble()).isZero();

            JsonNode few = service.train(request("parts", 1, "{\"share\": 0.99}"));
            assertThat(few.path("state").asString()).isEqualTo("failed");
            assertThat(few.path("problem").asString()).contains("a teacher needs 8");
            assertThat(json(service.get("/api/v1/teachers/active"))).isEqualTo(teacher);
        }
    }

    @Test
    void whatIsSaidOfALabelledGroupComesFromTheNetworkThatDidNotLearnIt() throws IOException {
        try (Running service = start("out-of-fold")) {
            // Labels that say nothing: who learned them repeats them, who did not guesses.
            for (int i = 0; i < 27; i++) {
                service.send(Parts.capture("parts", "c" + i, i));
                service.send(Parts.annotation("c" + i, Parts.material(i / 3)));
            }
            service.awaitSamples(27, 27);
            JsonNode teacher = service.train(request("parts", 35, "{\"share\": 0}"));
            String version = teacher.path("version").asString();
            service.awaitScored(version);
            Map<String, SoftTarget> targets = targets(service, version);

            EnsembleWeights weights = EnsembleWeights.load(data.resolve("teachers").resolve("1"));
            assertThat(weights.digest()).isEqualTo(version);
            Map<String, Integer> dealt = weights.folds().dealt();
            assertThat(dealt).hasSize(27).containsValues(0, 1, 2);
            int right = 0;
            int repeated = 0;
            for (int i = 0; i < 27; i++) {
                SoftTarget target = at(targets, "c" + i);
                assertThat(target.getExposure()).isEqualTo(SoftTarget.Exposure.OUT_OF_FOLD);
                Capture capture = Parts.capture("parts", "c" + i, i);
                double[] own = said(weights, at(dealt, "group-" + i), capture);
                for (int c = 0; c < 3; c++) {
                    assertThat(Math.exp(target.getHeadsOrThrow("material").getValues(c)))
                            .isCloseTo(own[c], within(1e-4));
                }
                right += winner(target) == i / 3 % 3 ? 1 : 0;
                Capture renamed = capture.toBuilder().setGroup("another").build();
                repeated +=
                        json(service.score(renamed))
                                        .path("classifications")
                                        .path("material")
                                        .path("category")
                                        .asString()
                                        .equals(Parts.material(i / 3))
                                ? 1
                                : 0;
            }
            assertThat(right).isLessThan(16);
            assertThat(repeated).isGreaterThan(20);
            assertThat(
                            teacher.path("outOfFold")
                                            .path("evaluation")
                                            .path("heads")
                                            .path("material")
                                            .path("value")
                                            .asDouble()
                                    * 27)
                    .isCloseTo(right, within(1e-6));
        }
    }

    /// Calibrated probabilities of one network's answer.
    private static double[] said(EnsembleWeights weights, int member, Capture capture) {
        try (MultimodalModel model =
                new MultimodalModel(
                        Architectures.teacher(weights.schema()), weights.members().get(member))) {
            Map<String, float[]> tensors = new Preprocessing(weights.schema()).tensors(capture);
            return Temperature.softmax(
                    at(model.predict(List.of(tensors)).getFirst().heads(), "material"),
                    at(weights.temperatures(), "material"));
        }
    }

    @Test
    void oneGroupIsTooFewForSeveralNetworksAndEnoughForOne() {
        try (Running service = start("one-group")) {
            for (int i = 0; i < 9; i++) {
                service.send(
                        Parts.capture("parts", "c" + i, i).toBuilder().setGroup("only").build());
                service.send(Parts.annotation("c" + i, Parts.material(i)));
            }
            service.awaitSamples(9, 9);
            String request = request("parts", 1, "{\"share\": 0}");
            JsonNode few = service.train(request);
            assertThat(few.path("state").asString()).isEqualTo("failed");
            assertThat(few.path("problem").asString()).contains("needs 2 groups");

            JsonNode single = service.train(request.replace("\"networks\": 3", "\"networks\": 1"));
            assertThat(single.path("state").asString()).isEqualTo("succeeded");
            assertThat(single.path("outOfFold").isNull()).isTrue();
            String version = single.path("version").asString();
            service.awaitScored(version);
            assertThat(targets(service, version).values())
                    .hasSize(9)
                    .allSatisfy(target -> {
                        assertThat(target.getExposure()).isEqualTo(SoftTarget.Exposure.IN_SAMPLE);
                        assertThat(target.getMembers()).isOne();
                        // Monte Carlo dropout: one network disagrees with itself.
                        assertThat(target.getUncertaintyOrThrow("material").getDisagreement())
                                .isPositive();
                    });
        }
    }

    @Test
    void endsATrainingThatIsCancelledAndOneThatItCannotFinish() {
        String unfinished;
        try (Running service = start("cancel")) {
            for (int i = 0; i < 12; i++) {
                service.send(Parts.capture("parts", "c" + i, i));
                service.send(Parts.annotation("c" + i, Parts.material(i)));
            }
            service.awaitSamples(12, 12);
            String endless = request("parts", 1_000_000, "{\"share\": 0}");
            String cancelled = begin(service, endless);
            await().atMost(LONG)
                    .until(() ->
                            json(service.get(cancelled)).path("progress").path("epoch").asInt()
                                    > 0);
            assertThat(service.delete(cancelled).statusCode()).isEqualTo(202);
            assertThat(service.awaitEnd(cancelled).path("state").asString()).isEqualTo("cancelled");
            assertThat(service.delete(cancelled).statusCode()).isEqualTo(202);
            assertThat(service.get(cancelled + "/events").body()).startsWith("event:cancelled");
            assertThat(service.get("/api/v1/teachers/active").statusCode()).isEqualTo(404);
            unfinished = begin(service, endless);
        }
        try (Running service = start("cancel")) {
            JsonNode teacher = json(service.get(unfinished));
            assertThat(teacher.path("state").asString()).isEqualTo("failed");
            assertThat(teacher.path("problem").asString())
                    .isEqualTo("the service stopped meanwhile");
        }
    }

    /// Number of a part that is annotated and not held out.
    private static int firstLearnt() {
        int number = 0;
        while (SHARE.contains("group-" + number)) {
            number++;
        }
        return number;
    }

    private static String begin(Running service, String request) {
        HttpResponse<String> accepted = service.post("/api/v1/teachers", request);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return accepted.headers().firstValue("Location").orElseThrow();
    }

    private Running start(String topics) {
        return new Running(BROKER.getBrokersAsString(), topics, data);
    }

    private static String request(String schema, int epochs, String heldOut) {
        return """
        {"schema": %s, "heldOut": %s, "networks": 3,
         "settings": {"epochs": %d, "minimumSteps": 1, "batch": 8, "learningRate": 0.003,
                      "augmentation": {"flip": false, "shift": 0}}}
        """
                .formatted(Parts.schema(schema).toJson(), heldOut, epochs);
    }

    private static <V> V at(Map<String, V> map, String key) {
        V value = map.get(key);
        assertThat(value).as(key).isNotNull();
        return Objects.requireNonNull(value);
    }

    /// By capture id; each is there once.
    private static Map<String, SoftTarget> targets(Running service, String version) {
        Map<String, SoftTarget> targets = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : service.records("soft-targets")) {
            SoftTarget target = Records.softTarget(record.value());
            if (target.getTeacherVersion().equals(version)) {
                assertThat(targets.put(target.getCaptureId(), target)).isNull();
            }
        }
        return targets;
    }

    private static int winner(SoftTarget target) {
        List<Float> logits = target.getHeadsOrThrow("material").getValuesList();
        int winner = 0;
        for (int i = 1; i < logits.size(); i++) {
            if (logits.get(i) > logits.get(winner)) {
                winner = i;
            }
        }
        return winner;
    }
}

package io.retort.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.retort.contract.v1.AliasMoved;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.AttentionMap;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Classification;
import io.retort.contract.v1.Decision;
import io.retort.contract.v1.FeatureVector;
import io.retort.contract.v1.HeadScore;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.ReleaseEvent;
import io.retort.contract.v1.Signal;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Uncertainty;
import io.retort.contract.v1.Vector;
import io.retort.contract.v1.VersionPublished;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RecordsTests {

    private static final Timestamp TIME = Timestamp.newBuilder().setSeconds(1_767_225_600).build();
    private static final String LONGEST = "i".repeat(128);
    private static final String TOO_LONG = "i".repeat(129);
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private static final Capture CAPTURE =
            Capture.newBuilder()
                    .setId("c-1")
                    .setStation("s-1")
                    .setGroup("g-1")
                    .setCapturedAt(TIME)
                    .setSchema("article")
                    .putModalities("rgb", image(Image.Encoding.RGB8, 2 * 3 * 3, 2, 3))
                    .putModalities("thermal", image(Image.Encoding.GRAY16, 2 * 3 * 2, 2, 3))
                    .putModalities("photo", image(Image.Encoding.JPEG, 10, 0, 0))
                    .putModalities("spectrum", vector(List.of(1f, 2f), List.of(0.5f, 0.6f)))
                    .putModalities("rig", signal(2, 2, 1, List.of(1f, 2f, 3f, 4f)))
                    .putLabels("material", Label.newBuilder().setCategory("pet").build())
                    .putLabels("quality", Label.newBuilder().setValue(0.4).build())
                    .build();

    private static final Annotation ANNOTATION =
            Annotation.newBuilder()
                    .setCaptureId("c-1")
                    .setAnnotator("inspector")
                    .setAnnotatedAt(TIME)
                    .putLabels("material", Label.newBuilder().setCategory("pet").build())
                    .build();

    private static final SoftTarget SOFT_TARGET =
            SoftTarget.newBuilder()
                    .setCaptureId("c-1")
                    .setSchema("article")
                    .setTeacherVersion(DIGEST)
                    .setScoredAt(TIME)
                    .putHeads("material", HeadScore.newBuilder().addValues(1).addValues(2).build())
                    .putFeatures("fused", FeatureVector.newBuilder().addValues(1).build())
                    .putAttention("rgb", attention(2, 1, List.of(0.6f, 0.8f)))
                    .putUncertainty(
                            "material",
                            Uncertainty.newBuilder().setEntropy(0.84).setDisagreement(0.1).build())
                    .setExposure(SoftTarget.Exposure.OUT_OF_FOLD)
                    .setMembers(1)
                    .build();

    private static final Decision DECISION =
            Decision.newBuilder()
                    .setCaptureId("c-1")
                    .setStation("s-1")
                    .setDecidedAt(TIME)
                    .putClassifications(
                            "material",
                            Classification.newBuilder()
                                    .setCategory("pet")
                                    .putProbabilities("pet", 1)
                                    .build())
                    .putRegressions("quality", 0.8)
                    .setRoute(Decision.Route.REUSE)
                    .setConfidence(1)
                    .setModel("material-rgb")
                    .setModelVersion(1)
                    .setModelDigest(DIGEST)
                    .build();

    private static final ReleaseEvent RELEASE_EVENT =
            ReleaseEvent.newBuilder()
                    .setId("e-1")
                    .setModel("material-rgb")
                    .setOccurredAt(TIME)
                    .setVersionPublished(
                            VersionPublished.newBuilder()
                                    .setVersion(1)
                                    .putArtifacts("fp32", DIGEST))
                    .build();

    @Test
    void goodRecordsComeBackAsTheyWere() {
        assertThat(Records.capture(CAPTURE.toByteArray())).isEqualTo(CAPTURE);
        assertThat(Records.annotation(ANNOTATION.toByteArray())).isEqualTo(ANNOTATION);
        assertThat(Records.softTarget(SOFT_TARGET.toByteArray())).isEqualTo(SOFT_TARGET);
        assertThat(Records.decision(DECISION.toByteArray())).isEqualTo(DECISION);
        assertThat(Records.releaseEvent(RELEASE_EVENT.toByteArray())).isEqualTo(RELEASE_EVENT);
    }

    @Test
    void theLargestRecordsAllowedAreAllowed() {
        Capture capture =
                CAPTURE.toBuilder()
                        .setId(LONGEST)
                        .setGroup(LONGEST)
                        .putModalities("photo", image(Image.Encoding.PNG, 8 * 1024 * 1024, 0, 0))
                        .putModalities("rgb", image(Image.Encoding.RGB8, 4096 * 3, 4096, 1))
                        .putModalities("spectrum", vector(List.of(), zeros(4096)))
                        .putModalities("rig", signal(64, 65_536, 1, zeros(64 * 65_536)))
                        .build();
        assertThat(Records.check(capture)).isSameAs(capture);
    }

    @TestFactory
    Stream<DynamicTest> aCaptureIsRefusedWhen() {
        return Stream.of(
                capture("id is empty", "id", c -> c.setId("")),
                capture("id is too long", "id", c -> c.setId(TOO_LONG)),
                capture("station is empty", "station", c -> c.setStation("")),
                capture("station is too long", "station", c -> c.setStation(TOO_LONG)),
                capture("group is too long", "group", c -> c.setGroup(TOO_LONG)),
                capture("schema is empty", "schema", c -> c.setSchema("")),
                capture("schema is too long", "schema", c -> c.setSchema(TOO_LONG)),
                capture("time is missing", "captured_at", Capture.Builder::clearCapturedAt),
                capture("nanos are negative", "captured_at", c -> c.setCapturedAt(nanos(-1))),
                capture(
                        "nanos overflow",
                        "captured_at",
                        c -> c.setCapturedAt(nanos(1_000_000_000))),
                capture(
                        "time is beyond the year 9999",
                        "captured_at",
                        c -> c.setCapturedAt(Timestamp.newBuilder().setSeconds(1L << 50))),
                capture("nothing was sensed", "modalities", Capture.Builder::clearModalities),
                capture(
                        "there are 65 modalities",
                        "modalities",
                        c -> {
                            for (int i = 0; i < 60; i++) {
                                c.putModalities("m" + i, vector(List.of(), List.of(1f)));
                            }
                        }),
                capture(
                        "a modality has no name",
                        "modalities key",
                        c -> c.putModalities("", vector(List.of(), List.of(1f)))),
                capture(
                        "a payload is empty",
                        "modalities[rgb]",
                        c -> c.putModalities("rgb", Payload.getDefaultInstance())),
                payload("an image has no data", "image.data", image(Image.Encoding.PNG, 0, 0, 0)),
                payload(
                        "an image is larger than 8 MiB",
                        "image.data",
                        image(Image.Encoding.JPEG, 8 * 1024 * 1024 + 1, 0, 0)),
                payload(
                        "an image's encoding is not said",
                        "image.encoding",
                        image(Image.Encoding.ENCODING_UNSPECIFIED, 3, 0, 0)),
                payload(
                        "an image's encoding is unknown",
                        "image.encoding",
                        Payload.newBuilder()
                                .setImage(
                                        Image.newBuilder()
                                                .setEncodingValue(17)
                                                .setData(ByteString.copyFrom(new byte[3])))
                                .build()),
                payload("RGB8 is short", "image.data", image(Image.Encoding.RGB8, 17, 2, 3)),
                payload("GRAY16 is long", "image.data", image(Image.Encoding.GRAY16, 13, 2, 3)),
                payload(
                        "an image has no width",
                        "image.width",
                        image(Image.Encoding.RGB8, 3, 0, 1)),
                payload("an image is wide", "image.width", image(Image.Encoding.RGB8, 3, 4097, 1)),
                payload(
                        "an image is high",
                        "image.height",
                        image(Image.Encoding.GRAY16, 3, 1, 4097)),
                payload("a width wraps", "image.width", image(Image.Encoding.RGB8, 3, -1, 1)),
                payload("a vector is empty", "vector.values", vector(List.of(), List.of())),
                payload("a vector is long", "vector.values", vector(List.of(), zeros(4097))),
                payload(
                        "a vector is not a number",
                        "vector.values[1]",
                        vector(List.of(), List.of(1f, Float.NaN))),
                payload(
                        "an axis is of another length",
                        "vector.axis",
                        vector(List.of(1f), List.of(1f, 2f))),
                payload(
                        "an axis is infinite",
                        "vector.axis[1]",
                        vector(List.of(1f, Float.POSITIVE_INFINITY), List.of(1f, 2f))),
                payload(
                        "an axis does not ascend",
                        "vector.axis[1]",
                        vector(List.of(2f, 2f), List.of(1f, 2f))),
                payload("a signal has no channels", "signal.channels", signal(0, 2, 1, List.of())),
                payload("a signal is wide", "signal.channels", signal(65, 1, 1, zeros(65))),
                payload("a signal has no steps", "signal.steps", signal(1, 0, 1, List.of())),
                payload("a signal is long", "signal.steps", signal(1, 65_537, 1, zeros(65_537))),
                payload("a rate is zero", "signal.hertz", signal(1, 1, 0, zeros(1))),
                payload(
                        "a rate is not a number",
                        "signal.hertz",
                        signal(1, 1, Float.NaN, zeros(1))),
                payload(
                        "a rate is infinite",
                        "signal.hertz",
                        signal(1, 1, Float.POSITIVE_INFINITY, zeros(1))),
                payload("a signal lacks values", "signal.values", signal(2, 2, 1, zeros(3))),
                payload(
                        "a signal is infinite",
                        "signal.values[0]",
                        signal(1, 1, 1, List.of(Float.NEGATIVE_INFINITY))),
                capture(
                        "a label is empty",
                        "labels[material]",
                        c -> c.putLabels("material", Label.getDefaultInstance())),
                capture(
                        "a label's class is empty",
                        "labels[material].category",
                        c -> c.putLabels("material", Label.newBuilder().setCategory("").build())),
                capture(
                        "a label is not a number",
                        "labels[quality].value",
                        c ->
                                c.putLabels(
                                        "quality",
                                        Label.newBuilder().setValue(Double.NaN).build())),
                capture(
                        "a label names no head",
                        "labels key",
                        c -> c.putLabels("", Label.newBuilder().setValue(1).build())),
                capture(
                        "there are 65 labels",
                        "labels",
                        c -> {
                            for (int i = 0; i < 63; i++) {
                                c.putLabels("h" + i, Label.newBuilder().setValue(1).build());
                            }
                        }));
    }

    @TestFactory
    Stream<DynamicTest> anAnnotationIsRefusedWhen() {
        return Stream.of(
                annotation("capture id is empty", "capture_id", a -> a.setCaptureId("")),
                annotation("annotator is empty", "annotator", a -> a.setAnnotator("")),
                annotation("time is missing", "annotated_at", Annotation.Builder::clearAnnotatedAt),
                annotation("it labels nothing", "labels", Annotation.Builder::clearLabels));
    }

    @TestFactory
    Stream<DynamicTest> aSoftTargetIsRefusedWhen() {
        return Stream.of(
                softTarget("capture id is empty", "capture_id", t -> t.setCaptureId("")),
                softTarget("schema is empty", "schema", t -> t.setSchema("")),
                softTarget("teacher is not said", "teacher_version", t -> t.setTeacherVersion("")),
                softTarget("time is missing", "scored_at", SoftTarget.Builder::clearScoredAt),
                softTarget("there are no heads", "heads", SoftTarget.Builder::clearHeads),
                softTarget(
                        "a head is empty",
                        "heads[material].values",
                        t -> t.putHeads("material", HeadScore.getDefaultInstance())),
                softTarget(
                        "a head has 1025 classes",
                        "heads[material].values",
                        t ->
                                t.putHeads(
                                        "material",
                                        HeadScore.newBuilder().addAllValues(zeros(1025)).build())),
                softTarget(
                        "a logit is not a number",
                        "heads[material].values[1]",
                        t ->
                                t.putHeads(
                                        "material",
                                        HeadScore.newBuilder()
                                                .addValues(0)
                                                .addValues(Float.NaN)
                                                .build())),
                softTarget(
                        "a feature is infinite",
                        "features[fused].values[0]",
                        t ->
                                t.putFeatures(
                                        "fused",
                                        FeatureVector.newBuilder()
                                                .addValues(Float.POSITIVE_INFINITY)
                                                .build())),
                softTarget(
                        "a feature vector is empty",
                        "features[fused].values",
                        t -> t.putFeatures("fused", FeatureVector.getDefaultInstance())),
                softTarget(
                        "a map has no height",
                        "attention[rgb].height",
                        t -> t.putAttention("rgb", attention(0, 1, List.of()))),
                softTarget(
                        "a map is wide",
                        "attention[rgb].width",
                        t -> t.putAttention("rgb", attention(1, 4097, List.of()))),
                softTarget(
                        "a map lacks values",
                        "attention[rgb].values",
                        t -> t.putAttention("rgb", attention(2, 2, zeros(3)))),
                softTarget(
                        "a map is not a number",
                        "attention[rgb].values[0]",
                        t -> t.putAttention("rgb", attention(1, 1, List.of(Float.NaN)))),
                softTarget(
                        "it is unsure of a head that is not there",
                        "uncertainty[quality]",
                        t -> t.putUncertainty("quality", Uncertainty.getDefaultInstance())),
                softTarget(
                        "an entropy exceeds its largest",
                        "uncertainty[material].entropy",
                        t -> unsure(t, Uncertainty.newBuilder().setEntropy(1.01))),
                softTarget(
                        "an entropy is not a number",
                        "uncertainty[material].entropy",
                        t -> unsure(t, Uncertainty.newBuilder().setEntropy(Double.NaN))),
                softTarget(
                        "a disagreement is negative",
                        "uncertainty[material].disagreement",
                        t -> unsure(t, Uncertainty.newBuilder().setDisagreement(-0.01))),
                softTarget(
                        "a deviation is negative",
                        "uncertainty[material].deviation",
                        t -> unsure(t, Uncertainty.newBuilder().setDeviation(-1))),
                softTarget(
                        "a deviation is infinite",
                        "uncertainty[material].deviation",
                        t ->
                                unsure(
                                        t,
                                        Uncertainty.newBuilder()
                                                .setDeviation(Double.POSITIVE_INFINITY))),
                softTarget("its exposure is unknown", "exposure", t -> t.setExposureValue(4)),
                softTarget("it has 21 members", "members", t -> t.setMembers(21)));
    }

    @Test
    void aSoftTargetNeedNotSayHowSureItIs() {
        SoftTarget older =
                SOFT_TARGET.toBuilder().clearUncertainty().clearExposure().clearMembers().build();

        assertThat(Records.softTarget(older.toByteArray())).isEqualTo(older);
    }

    private static void unsure(SoftTarget.Builder target, Uncertainty.Builder uncertainty) {
        target.putUncertainty("material", uncertainty.build());
    }

    @TestFactory
    Stream<DynamicTest> aDecisionIsRefusedWhen() {
        return Stream.of(
                decision("capture id is empty", "capture_id", d -> d.setCaptureId("")),
                decision("station is empty", "station", d -> d.setStation("")),
                decision("model is empty", "model", d -> d.setModel("")),
                decision(
                        "digest is upper case",
                        "model_digest",
                        d -> d.setModelDigest("A".repeat(64))),
                decision("digest is short", "model_digest", d -> d.setModelDigest("ab")),
                decision("time is missing", "decided_at", Decision.Builder::clearDecidedAt),
                decision("route is unknown", "route", d -> d.setRouteValue(9)),
                decision(
                        "a class is empty",
                        "classifications[material].category",
                        d -> d.putClassifications("material", Classification.getDefaultInstance())),
                decision(
                        "a probability is not a number",
                        "classifications[material].probabilities[pet]",
                        d ->
                                d.putClassifications(
                                        "material",
                                        Classification.newBuilder()
                                                .setCategory("pet")
                                                .putProbabilities("pet", Double.NaN)
                                                .build())),
                decision(
                        "a regression is infinite",
                        "regressions[quality]",
                        d -> d.putRegressions("quality", Double.NEGATIVE_INFINITY)),
                decision(
                        "confidence is not a number",
                        "confidence",
                        d -> d.setConfidence(Double.NaN)));
    }

    @TestFactory
    Stream<DynamicTest> aReleaseEventIsRefusedWhen() {
        return Stream.of(
                releaseEvent("id is empty", "id", e -> e.setId("")),
                releaseEvent("model is too long", "model", e -> e.setModel(TOO_LONG)),
                releaseEvent(
                        "time is missing", "occurred_at", ReleaseEvent.Builder::clearOccurredAt),
                releaseEvent("nothing happened", "kind", ReleaseEvent.Builder::clearKind),
                releaseEvent(
                        "a digest is none",
                        "version_published.artifacts[int8]",
                        e ->
                                e.setVersionPublished(
                                        VersionPublished.newBuilder()
                                                .putArtifacts("int8", "none"))),
                releaseEvent(
                        "an alias is empty",
                        "alias_moved.alias",
                        e -> e.setAliasMoved(AliasMoved.getDefaultInstance())));
    }

    @Test
    void bytesThatAreNoProtobufNameTheRecord() {
        byte[] garbage = "no protobuf at all".repeat(3).getBytes(StandardCharsets.UTF_8);
        refused("capture", () -> Records.capture(garbage));
        refused("annotation", () -> Records.annotation(garbage));
        refused("soft-target", () -> Records.softTarget(garbage));
        refused("decision", () -> Records.decision(garbage));
        refused("release-event", () -> Records.releaseEvent(garbage));
        refused("id", () -> Records.capture(new byte[0]));
    }

    @Test
    void damagedBytesAreReadOrRefusedButNeverAnythingElse() {
        byte[] good = CAPTURE.toByteArray();
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            try {
                Records.capture(damaged);
            } catch (InvalidRecordException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }

    private static DynamicTest capture(
            String when, String field, Consumer<Capture.Builder> breaks) {
        Capture.Builder builder = CAPTURE.toBuilder();
        breaks.accept(builder);
        return refused(when, field, builder.build(), Records::capture);
    }

    private static DynamicTest payload(String when, String part, Payload payload) {
        return capture(when, "modalities[x]." + part, c -> c.putModalities("x", payload));
    }

    private static DynamicTest annotation(
            String when, String field, Consumer<Annotation.Builder> breaks) {
        Annotation.Builder builder = ANNOTATION.toBuilder();
        breaks.accept(builder);
        return refused(when, field, builder.build(), Records::annotation);
    }

    private static DynamicTest softTarget(
            String when, String field, Consumer<SoftTarget.Builder> breaks) {
        SoftTarget.Builder builder = SOFT_TARGET.toBuilder();
        breaks.accept(builder);
        return refused(when, field, builder.build(), Records::softTarget);
    }

    private static DynamicTest decision(
            String when, String field, Consumer<Decision.Builder> breaks) {
        Decision.Builder builder = DECISION.toBuilder();
        breaks.accept(builder);
        return refused(when, field, builder.build(), Records::decision);
    }

    private static DynamicTest releaseEvent(
            String when, String field, Consumer<ReleaseEvent.Builder> breaks) {
        ReleaseEvent.Builder builder = RELEASE_EVENT.toBuilder();
        breaks.accept(builder);
        return refused(when, field, builder.build(), Records::releaseEvent);
    }

    private static DynamicTest refused(
            String when, String field, Message record, Consumer<byte[]> read) {
        return dynamicTest(when, () -> refused(field, () -> read.accept(record.toByteArray())));
    }

    private static void refused(String field, Runnable call) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.field()).isEqualTo(field))
                .withMessageStartingWith(field + ": ");
    }

    private static Payload image(Image.Encoding encoding, int bytes, int width, int height) {
        return Payload.newBuilder()
                .setImage(
                        Image.newBuilder()
                                .setEncoding(encoding)
                                .setData(ByteString.copyFrom(new byte[bytes]))
                                .setWidth(width)
                                .setHeight(height))
                .build();
    }

    private static Payload vector(List<Float> axis, List<Float> values) {
        return Payload.newBuilder()
                .setVector(Vector.newBuilder().addAllAxis(axis).addAllValues(values))
                .build();
    }

    private static Payload signal(int channels, int steps, float hertz, List<Float> values) {
        return Payload.newBuilder()
                .setSignal(
                        Signal.newBuilder()
                                .setChannels(channels)
                                .setSteps(steps)
                                .setHertz(hertz)
                                .addAllValues(values))
                .build();
    }

    private static AttentionMap attention(int height, int width, List<Float> values) {
        return AttentionMap.newBuilder()
                .setHeight(height)
                .setWidth(width)
                .addAllValues(values)
                .build();
    }

    private static Timestamp nanos(int nanos) {
        return Timestamp.newBuilder().setNanos(nanos).build();
    }

    private static List<Float> zeros(int count) {
        return Collections.nCopies(count, 0f);
    }
}

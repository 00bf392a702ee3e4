package io.retort.contract;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.AttentionMap;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Decision;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.ReleaseEvent;
import io.retort.contract.v1.Signal;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Uncertainty;
import io.retort.contract.v1.Vector;
import java.util.List;
import java.util.Map;

/// Reads wire records and refuses those that break the contract, naming the field.
public final class Records {

    private Records() {}

    public static Capture capture(byte[] bytes) {
        return check(parse("capture", Capture.parser(), bytes));
    }

    public static Annotation annotation(byte[] bytes) {
        return check(parse("annotation", Annotation.parser(), bytes));
    }

    public static SoftTarget softTarget(byte[] bytes) {
        return check(parse("soft-target", SoftTarget.parser(), bytes));
    }

    public static Decision decision(byte[] bytes) {
        return check(parse("decision", Decision.parser(), bytes));
    }

    public static ReleaseEvent releaseEvent(byte[] bytes) {
        return check(parse("release-event", ReleaseEvent.parser(), bytes));
    }

    public static Capture check(Capture capture) {
        id("id", capture.getId());
        id("station", capture.getStation());
        id("schema", capture.getSchema());
        if (capture.getGroup().length() > Limits.ID_CHARACTERS) {
            throw tooLong("group", capture.getGroup());
        }
        time("captured_at", capture.hasCapturedAt(), capture.getCapturedAt());
        count("modalities", capture.getModalitiesCount(), 1, Limits.MODALITIES);
        capture.getModalitiesMap()
                .forEach((name, payload) -> {
                    id("modalities key", name);
                    payload("modalities[" + name + "]", payload);
                });
        labels(capture.getLabelsMap(), 0);
        return capture;
    }

    public static Annotation check(Annotation annotation) {
        id("capture_id", annotation.getCaptureId());
        id("annotator", annotation.getAnnotator());
        time("annotated_at", annotation.hasAnnotatedAt(), annotation.getAnnotatedAt());
        labels(annotation.getLabelsMap(), 1);
        return annotation;
    }

    public static SoftTarget check(SoftTarget target) {
        id("capture_id", target.getCaptureId());
        id("schema", target.getSchema());
        id("teacher_version", target.getTeacherVersion());
        time("scored_at", target.hasScoredAt(), target.getScoredAt());
        count("heads", target.getHeadsCount(), 1, Limits.HEADS);
        target.getHeadsMap()
                .forEach((name, score) -> {
                    String field = "heads[" + name + "].values";
                    count(field, score.getValuesCount(), 1, Limits.CLASSES);
                    finite(field, score.getValuesList());
                });
        target.getFeaturesMap()
                .forEach((name, vector) -> {
                    String field = "features[" + name + "].values";
                    count(field, vector.getValuesCount(), 1, Limits.VECTOR_VALUES);
                    finite(field, vector.getValuesList());
                });
        target.getAttentionMap().forEach((name, map) -> attention("attention[" + name + "]", map));
        target.getUncertaintyMap()
                .forEach((name, uncertainty) -> {
                    if (!target.containsHeads(name)) {
                        throw new InvalidRecordException(
                                "uncertainty[" + name + "]", "there is no such head");
                    }
                    uncertainty("uncertainty[" + name + "]", uncertainty);
                });
        if (target.getExposure() == SoftTarget.Exposure.UNRECOGNIZED) {
            throw new InvalidRecordException("exposure", "is none that this contract knows");
        }
        count("members", target.getMembers(), 0, Limits.TEACHER_MEMBERS);
        return target;
    }

    public static Decision check(Decision decision) {
        id("capture_id", decision.getCaptureId());
        id("station", decision.getStation());
        id("model", decision.getModel());
        digest("model_digest", decision.getModelDigest());
        time("decided_at", decision.hasDecidedAt(), decision.getDecidedAt());
        if (decision.getRoute() == Decision.Route.UNRECOGNIZED) {
            throw new InvalidRecordException("route", "is none of this contract's routes");
        }
        decision.getClassificationsMap()
                .forEach((name, classification) -> {
                    String field = "classifications[" + name + "]";
                    id(field + ".category", classification.getCategory());
                    classification
                            .getProbabilitiesMap()
                            .forEach((category, p) ->
                                    finite(field + ".probabilities[" + category + "]", p));
                });
        decision.getRegressionsMap()
                .forEach((name, value) -> finite("regressions[" + name + "]", value));
        finite("confidence", decision.getConfidence());
        return decision;
    }

    public static ReleaseEvent check(ReleaseEvent event) {
        id("id", event.getId());
        id("model", event.getModel());
        time("occurred_at", event.hasOccurredAt(), event.getOccurredAt());
        switch (event.getKindCase()) {
            case VERSION_PUBLISHED ->
                    event.getVersionPublished()
                            .getArtifactsMap()
                            .forEach((variant, sha256) ->
                                    digest("version_published.artifacts[" + variant + "]", sha256));
            case ALIAS_MOVED -> id("alias_moved.alias", event.getAliasMoved().getAlias());
            case KIND_NOT_SET -> throw new InvalidRecordException("kind", "is not set");
        }
        return event;
    }

    private static void payload(String field, Payload payload) {
        switch (payload.getKindCase()) {
            case IMAGE -> image(field + ".image", payload.getImage());
            case VECTOR -> vector(field + ".vector", payload.getVector());
            case SIGNAL -> signal(field + ".signal", payload.getSignal());
            case KIND_NOT_SET ->
                    throw new InvalidRecordException(
                            field, "carries neither an image, a vector nor a signal");
        }
    }

    private static void image(String field, Image image) {
        count(field + ".data", image.getData().size(), 1, Limits.IMAGE_BYTES);
        switch (image.getEncoding()) {
            case JPEG, PNG -> {}
            case RGB8 -> raw(field, image, 3);
            case GRAY16 -> raw(field, image, 2);
            case ENCODING_UNSPECIFIED, UNRECOGNIZED ->
                    throw new InvalidRecordException(
                            field + ".encoding",
                            "is not known; allowed are JPEG, PNG, RGB8 and GRAY16");
        }
    }

    private static void raw(String field, Image image, int bytesPerPixel) {
        count(field + ".width", image.getWidth(), 1, Limits.IMAGE_SIDE);
        count(field + ".height", image.getHeight(), 1, Limits.IMAGE_SIDE);
        long expected = (long) image.getWidth() * image.getHeight() * bytesPerPixel;
        if (image.getData().size() != expected) {
            throw new InvalidRecordException(
                    field + ".data",
                    "has %d bytes, %d x %d %s needs %d"
                            .formatted(
                                    image.getData().size(),
                                    image.getWidth(),
                                    image.getHeight(),
                                    image.getEncoding(),
                                    expected));
        }
    }

    private static void vector(String field, Vector vector) {
        count(field + ".values", vector.getValuesCount(), 1, Limits.VECTOR_VALUES);
        finite(field + ".values", vector.getValuesList());
        if (vector.getAxisCount() != 0) {
            if (vector.getAxisCount() != vector.getValuesCount()) {
                throw new InvalidRecordException(
                        field + ".axis",
                        "has %d values beside %d"
                                .formatted(vector.getAxisCount(), vector.getValuesCount()));
            }
            finite(field + ".axis", vector.getAxisList());
            for (int i = 1; i < vector.getAxisCount(); i++) {
                if (vector.getAxis(i) <= vector.getAxis(i - 1)) {
                    throw new InvalidRecordException(
                            field + ".axis[" + i + "]", "the axis must ascend strictly");
                }
            }
        }
    }

    private static void signal(String field, Signal signal) {
        count(field + ".channels", signal.getChannels(), 1, Limits.SIGNAL_CHANNELS);
        count(field + ".steps", signal.getSteps(), 1, Limits.SIGNAL_STEPS);
        if (!(signal.getHertz() > 0) || Float.isInfinite(signal.getHertz())) {
            throw new InvalidRecordException(
                    field + ".hertz", "is " + signal.getHertz() + ", must be above 0 and finite");
        }
        long expected = (long) signal.getChannels() * signal.getSteps();
        if (signal.getValuesCount() != expected) {
            throw new InvalidRecordException(
                    field + ".values",
                    "has %d values, %d channels x %d steps need %d"
                            .formatted(
                                    signal.getValuesCount(),
                                    signal.getChannels(),
                                    signal.getSteps(),
                                    expected));
        }
        finite(field + ".values", signal.getValuesList());
    }

    private static void labels(Map<String, Label> labels, int least) {
        count("labels", labels.size(), least, Limits.HEADS);
        labels.forEach((head, label) -> {
            String field = "labels[" + head + "]";
            id("labels key", head);
            switch (label.getKindCase()) {
                case CATEGORY -> id(field + ".category", label.getCategory());
                case VALUE -> finite(field + ".value", label.getValue());
                case KIND_NOT_SET ->
                        throw new InvalidRecordException(
                                field, "carries neither a category nor a value");
            }
        });
    }

    private static void attention(String field, AttentionMap map) {
        count(field + ".height", map.getHeight(), 1, Limits.IMAGE_SIDE);
        count(field + ".width", map.getWidth(), 1, Limits.IMAGE_SIDE);
        if (map.getValuesCount() != (long) map.getHeight() * map.getWidth()) {
            throw new InvalidRecordException(
                    field + ".values",
                    "has %d values, %d x %d need %d"
                            .formatted(
                                    map.getValuesCount(),
                                    map.getHeight(),
                                    map.getWidth(),
                                    (long) map.getHeight() * map.getWidth()));
        }
        finite(field + ".values", map.getValuesList());
    }

    private static void uncertainty(String field, Uncertainty uncertainty) {
        share(field + ".entropy", uncertainty.getEntropy());
        share(field + ".disagreement", uncertainty.getDisagreement());
        double deviation = uncertainty.getDeviation();
        if (!(deviation >= 0) || Double.isInfinite(deviation)) {
            throw new InvalidRecordException(
                    field + ".deviation", "is " + deviation + ", must be 0 or more and finite");
        }
    }

    private static void share(String field, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidRecordException(field, "is " + value + ", allowed are 0 to 1");
        }
    }

    private static void id(String field, String value) {
        if (value.isEmpty()) {
            throw new InvalidRecordException(field, "is empty");
        }
        if (value.length() > Limits.ID_CHARACTERS) {
            throw tooLong(field, value);
        }
    }

    private static InvalidRecordException tooLong(String field, String value) {
        return new InvalidRecordException(
                field,
                "has " + value.length() + " characters, allowed are " + Limits.ID_CHARACTERS);
    }

    private static void digest(String field, String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new InvalidRecordException(field, "is not a SHA-256 in lower-case hex");
        }
    }

    private static void time(String field, boolean present, Timestamp time) {
        if (!present) {
            throw new InvalidRecordException(field, "is missing");
        }
        if (time.getNanos() < 0
                || time.getNanos() > 999_999_999
                || Math.abs(time.getSeconds()) > 253_402_300_799L) {
            throw new InvalidRecordException(field, "is not a valid time");
        }
    }

    private static void count(String field, long count, long least, long most) {
        // Unsigned 32-bit fields arrive as negative numbers above 2^31 and are refused here too.
        if (count < least || count > most) {
            throw new InvalidRecordException(
                    field, "is or has " + count + ", allowed are " + least + " to " + most);
        }
    }

    private static void finite(String field, List<Float> values) {
        for (int i = 0; i < values.size(); i++) {
            if (!Float.isFinite(values.get(i))) {
                throw new InvalidRecordException(field + "[" + i + "]", "is not finite");
            }
        }
    }

    private static void finite(String field, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidRecordException(field, "is not finite");
        }
    }

    private static <M extends Message> M parse(String type, Parser<M> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidRecordException(
                    type, "is not a protobuf " + type + ": " + e.getMessage(), e);
        }
    }
}

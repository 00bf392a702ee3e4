package io.retort.teacher.scoring;

import com.google.protobuf.Timestamp;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.Times;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.AttentionMap;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.FeatureVector;
import io.retort.contract.v1.HeadScore;
import io.retort.contract.v1.SoftTarget;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.preprocessing.Preprocessing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One teacher, ready to answer. Safe for use by many threads; owns native memory until closed.
final class Scorer implements AutoCloseable {

    private final String version;
    private final Preprocessing preprocessing;
    private final MultimodalModel model;

    /// What became of captures: each is either scored or refused, in their order.
    record Outcome(List<SoftTarget> scored, List<Refusal> refused) {}

    /// A capture that the teacher cannot read, and why.
    record Refusal(Capture capture, InvalidRecordException cause) {}

    Scorer(String version, Schema schema, Weights weights) {
        this.version = version;
        this.preprocessing = new Preprocessing(schema);
        this.model = new MultimodalModel(Architectures.teacher(schema), weights);
    }

    /// SHA-256 of the weights.
    String version() {
        return version;
    }

    Schema schema() {
        return preprocessing.schema();
    }

    SoftTarget score(Capture capture, Instant at) {
        Map<String, float[]> tensors = tensors(capture);
        return target(capture, model.predict(List.of(tensors)).getFirst(), at);
    }

    /// A capture that is refused does not keep its neighbours from being scored.
    Outcome score(List<Capture> captures, Instant at) {
        List<Capture> fitting = new ArrayList<>();
        List<Map<String, float[]>> tensors = new ArrayList<>();
        List<Refusal> refused = new ArrayList<>();
        for (Capture capture : captures) {
            try {
                tensors.add(tensors(capture));
                fitting.add(capture);
            } catch (InvalidRecordException e) {
                refused.add(new Refusal(capture, e));
            }
        }
        List<Prediction> predictions = model.predict(tensors);
        List<SoftTarget> scored = new ArrayList<>();
        for (int i = 0; i < fitting.size(); i++) {
            try {
                scored.add(target(fitting.get(i), predictions.get(i), at));
            } catch (InvalidRecordException e) {
                refused.add(new Refusal(fitting.get(i), e));
            }
        }
        return new Outcome(scored, refused);
    }

    private Map<String, float[]> tensors(Capture capture) {
        Schema schema = schema();
        if (!capture.getSchema().equals(schema.name())) {
            throw new InvalidRecordException(
                    "schema",
                    "is '%s', the active teacher knows '%s'"
                            .formatted(capture.getSchema(), schema.name()));
        }
        Map<String, float[]> tensors = preprocessing.tensors(capture);
        if (tensors.isEmpty()) {
            throw new InvalidRecordException(
                    "modalities", "the capture carries none of " + schema.modalities().keySet());
        }
        return tensors;
    }

    /// An answer that is no number breaks the contract and is refused like a capture that does.
    private SoftTarget target(Capture capture, Prediction prediction, Instant at) {
        Timestamp scoredAt = Times.timestamp(at);
        SoftTarget.Builder target =
                SoftTarget.newBuilder()
                        .setCaptureId(capture.getId())
                        .setSchema(capture.getSchema())
                        .setTeacherVersion(version)
                        .setScoredAt(scoredAt);
        prediction
                .heads()
                .forEach((name, values) -> {
                    HeadScore.Builder score = HeadScore.newBuilder();
                    for (float value : values) {
                        score.addValues(value);
                    }
                    target.putHeads(name, score.build());
                });
        prediction
                .features()
                .forEach((name, values) -> {
                    FeatureVector.Builder vector = FeatureVector.newBuilder();
                    for (float value : values) {
                        vector.addValues(value);
                    }
                    target.putFeatures(name, vector.build());
                });
        prediction
                .attention()
                .forEach((name, map) -> {
                    AttentionMap.Builder attention =
                            AttentionMap.newBuilder().setHeight(map.height()).setWidth(map.width());
                    for (float value : map.values()) {
                        attention.addValues(value);
                    }
                    target.putAttention(name, attention.build());
                });
        return Records.check(target.build());
    }

    @Override
    public void close() {
        model.close();
    }
}

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
import io.retort.learning.samples.Sample;
import io.retort.learning.teacher.Answer;
import io.retort.learning.teacher.EnsembleWeights;
import io.retort.learning.teacher.TeacherEnsemble;
import io.retort.learning.training.Example;
import io.retort.preprocessing.Preprocessing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One teacher, ready to answer. Safe for use by many threads; owns native memory until closed.
final class Scorer implements AutoCloseable {

    private final String version;
    private final Preprocessing preprocessing;
    private final TeacherEnsemble ensemble;

    /// What became of captures: each is either scored or refused, in their order.
    record Outcome(List<SoftTarget> scored, List<Refusal> refused) {}

    /// A capture that the teacher cannot read, and why.
    record Refusal(Capture capture, InvalidRecordException cause) {}

    Scorer(String version, EnsembleWeights weights) {
        this.version = version;
        this.preprocessing = new Preprocessing(weights.schema());
        this.ensemble = new TeacherEnsemble(weights);
    }

    /// SHA-256 of all that the teacher answers from.
    String version() {
        return version;
    }

    Schema schema() {
        return preprocessing.schema();
    }

    SoftTarget score(Capture capture, Instant at) {
        return target(capture, ensemble.answers(List.of(example(capture))).getFirst(), at);
    }

    /// A capture that is refused does not keep its neighbours from being scored.
    Outcome score(List<Capture> captures, Instant at) {
        List<Capture> fitting = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        List<Refusal> refused = new ArrayList<>();
        for (Capture capture : captures) {
            try {
                examples.add(example(capture));
                fitting.add(capture);
            } catch (InvalidRecordException e) {
                refused.add(new Refusal(capture, e));
            }
        }
        List<Answer> answers = ensemble.answers(examples);
        List<SoftTarget> scored = new ArrayList<>();
        for (int i = 0; i < fitting.size(); i++) {
            try {
                scored.add(target(fitting.get(i), answers.get(i), at));
            } catch (InvalidRecordException e) {
                refused.add(new Refusal(fitting.get(i), e));
            }
        }
        return new Outcome(scored, refused);
    }

    private Example example(Capture capture) {
        Schema schema = schema();
        if (!capture.getSchema().equals(schema.name())) {
            throw new InvalidRecordException(
                    "schema",
                    "is '%s', the active teacher knows '%s'"
                            .formatted(capture.getSchema(), schema.name()));
        }
        Example example = Example.of(new Sample(capture, Map.of(), null), preprocessing);
        if (example.inputs().isEmpty()) {
            throw new InvalidRecordException(
                    "modalities", "the capture carries none of " + schema.modalities().keySet());
        }
        return example;
    }

    /// An answer that is no number breaks the contract and is refused like a capture that does.
    private SoftTarget target(Capture capture, Answer answer, Instant at) {
        Timestamp scoredAt = Times.timestamp(at);
        SoftTarget.Builder target =
                SoftTarget.newBuilder()
                        .setCaptureId(capture.getId())
                        .setSchema(capture.getSchema())
                        .setTeacherVersion(version)
                        .setScoredAt(scoredAt)
                        .putAllUncertainty(answer.uncertainty())
                        .setExposure(answer.exposure())
                        .setMembers(answer.members());
        answer.heads()
                .forEach((name, values) -> {
                    HeadScore.Builder score = HeadScore.newBuilder();
                    for (float value : values) {
                        score.addValues(value);
                    }
                    target.putHeads(name, score.build());
                });
        answer.features()
                .forEach((name, values) -> {
                    FeatureVector.Builder vector = FeatureVector.newBuilder();
                    for (float value : values) {
                        vector.addValues(value);
                    }
                    target.putFeatures(name, vector.build());
                });
        answer.attention()
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
        ensemble.close();
    }
}

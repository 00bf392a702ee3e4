package io.retort.teacher.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.teacher.Fitted;
import io.retort.learning.teacher.OutOfFold;
import io.retort.learning.training.Progress;
import io.retort.learning.training.TrainingSettings;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One teacher's description, from the request for it to what became of it.
///
/// @param networks that it consists of; until it is trained, those that it is to consist of
/// @param parameters trainable values of all networks
/// @param macs multiply-accumulates of all networks for one capture with every modality present
/// @param progress of the last epoch; null before the first one ends
/// @param samples what it learns from; null until the captures are read
/// @param outOfFold how each network fares on those annotated captures that it did not learn from;
///   null until it is trained, and where there are none
/// @param evaluation null until it is trained, and where nothing annotated is held out
/// @param version SHA-256 of all that it answers from; null until it is trained
/// @param problem why it failed; null unless it did
public record Teacher(
        String id,
        State state,
        Instant createdAt,
        @Nullable Instant finishedAt,
        String architecture,
        int networks,
        long parameters,
        long macs,
        Schema schema,
        HeldOut heldOut,
        TrainingSettings settings,
        @Nullable Progress progress,
        @Nullable Samples samples,
        @Nullable OutOfFold outOfFold,
        @Nullable Comparison evaluation,
        @Nullable String version,
        @Nullable String problem) {

    /// Where a teacher is between request and result.
    public enum State {
        @JsonProperty("training")
        TRAINING,
        @JsonProperty("succeeded")
        SUCCEEDED,
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("cancelled")
        CANCELLED
    }

    /// @param training annotated captures that it learns from
    /// @param heldOut annotated captures that it is evaluated on
    /// @param leftOut captures that do not fit the schema
    /// @param leftOutFirst the first of them
    public record Samples(int training, int heldOut, int leftOut, List<LeftOut> leftOutFirst) {

        public Samples {
            leftOutFirst = List.copyOf(leftOutFirst);
        }
    }

    /// A capture that does not fit the schema, and where.
    public record LeftOut(String id, String field, String problem) {

        static LeftOut of(String id, InvalidRecordException e) {
            String problem = String.valueOf(e.getMessage());
            String prefix = e.field() + ": ";
            return new LeftOut(
                    id,
                    e.field(),
                    problem.startsWith(prefix) ? problem.substring(prefix.length()) : problem);
        }
    }

    /// On the held-out captures: the teacher, and the best that always says the same.
    public record Comparison(Evaluation teacher, Evaluation constant) {}

    static Teacher requested(
            String id,
            Instant at,
            Schema schema,
            HeldOut heldOut,
            TrainingSettings settings,
            int networks) {
        Architecture network = Architectures.teacher(schema);
        return new Teacher(
                id,
                State.TRAINING,
                at,
                null,
                network.name(),
                networks,
                networks * network.parameters(),
                networks * network.macs(),
                schema,
                heldOut,
                settings,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    Teacher reading(Samples read) {
        return with(state, null, progress, read, null);
    }

    Teacher progressed(Progress made) {
        return with(state, null, made, samples, null);
    }

    Teacher trained(Instant at, Fitted fitted, @Nullable Comparison comparison) {
        int members = fitted.weights().members().size();
        return new Teacher(
                id,
                State.SUCCEEDED,
                createdAt,
                at,
                architecture,
                members,
                parameters / networks * members,
                macs / networks * members,
                schema,
                heldOut,
                settings,
                progress,
                samples,
                fitted.outOfFold(),
                comparison,
                fitted.weights().digest(),
                null);
    }

    Teacher failed(Instant at, String why) {
        return with(State.FAILED, at, progress, samples, why);
    }

    Teacher cancelled(Instant at) {
        return with(State.CANCELLED, at, progress, samples, null);
    }

    boolean isTraining() {
        return state == State.TRAINING;
    }

    private Teacher with(
            State now,
            @Nullable Instant at,
            @Nullable Progress made,
            @Nullable Samples read,
            @Nullable String why) {
        return new Teacher(
                id,
                now,
                createdAt,
                at,
                architecture,
                networks,
                parameters,
                macs,
                schema,
                heldOut,
                settings,
                made,
                read,
                outOfFold,
                evaluation,
                version,
                why);
    }
}

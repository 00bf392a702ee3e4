package io.retort.distillation.jobs;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.training.Plan;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Objective;
import io.retort.learning.training.TrainingSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A [Plan] as it is ordered: what is left out is as usual.
///
/// @param model name in the registry; needed
/// @param schema usually the article's
/// @param modalities that the student sees; needed
/// @param heldOut `groups` and `share` of [HeldOut], usually a fifth; one alone leaves the other
///   empty
/// @param settings any of [TrainingSettings], usually [TrainingSettings#student()]
/// @param objective any of [Objective], usually [Objective#teacher()]
/// @param alias moved to the new version; usually none
/// @param teacher version whose soft targets alone are learnt from; usually every teacher's
record JobRequest(
        @Nullable String model,
        @Nullable Map<String, Object> schema,
        @Nullable List<String> modalities,
        @Nullable Map<String, Object> heldOut,
        @Nullable Map<String, Object> settings,
        @Nullable Map<String, Object> objective,
        @Nullable String alias,
        @Nullable String teacher) {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    /// @throws InvalidRecordException naming the field whose value is not allowed
    /// @throws InvalidRequestException naming the field that is unknown or of the wrong type
    Plan plan() {
        if (model == null) {
            throw new InvalidRecordException("model", "is missing");
        }
        if (modalities == null) {
            throw new InvalidRecordException("modalities", "is missing");
        }
        return new Plan(
                model,
                schema == null ? Schema.article() : Schema.parse(JSON.writeValueAsString(schema)),
                modalities,
                heldOut == null
                        ? HeldOut.fifth()
                        : overlaid("heldOut", new HeldOut(Set.of(), 0), heldOut),
                overlaid("settings", TrainingSettings.student(), settings),
                overlaid("objective", Objective.teacher(), objective),
                alias,
                teacher);
    }

    /// The usual record with the given fields in place of its own.
    private static <R extends Record> R overlaid(
            String field, R usual, @Nullable Map<String, Object> given) {
        if (given == null) {
            return usual;
        }
        ObjectNode merged = JSON.valueToTree(usual);
        merged.setAll(JSON.<ObjectNode>valueToTree(given));
        try {
            @SuppressWarnings("unchecked")
            Class<R> type = (Class<R>) usual.getClass();
            return JSON.treeToValue(merged, type);
        } catch (ValueInstantiationException e) {
            throw refused(field, e);
        } catch (JacksonException e) {
            throw InvalidRequestException.of(field, e);
        }
    }

    /// The records name the field that they refuse at the start of their message.
    private static InvalidRecordException refused(String field, ValueInstantiationException e) {
        String message =
                e.getCause() == null || e.getCause().getMessage() == null
                        ? e.getOriginalMessage()
                        : e.getCause().getMessage();
        int colon = message.indexOf(": ");
        return colon > 0 && message.startsWith(field)
                ? new InvalidRecordException(
                        message.substring(0, colon), message.substring(colon + 2), e)
                : new InvalidRecordException(field, message, e);
    }
}

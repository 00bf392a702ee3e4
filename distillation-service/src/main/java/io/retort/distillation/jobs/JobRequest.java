package io.retort.distillation.jobs;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.card.CardSettings;
import io.retort.distillation.gate.GateSettings;
import io.retort.distillation.training.Plan;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
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
/// @param student name of the family's member, usually `retort-plain`
/// @param imageSide largest side of the student's images, usually the schema's
/// @param recipe a preset's name, a [Recipe], or `auto`, which is the preset `default` with each
///   term judged; usually `default`
/// @param gate any of [GateSettings]; usually enforced, with as many rounds as the labels need
/// @param warmStart whose student's encoders this one starts from: an earlier job's id, a release
///   as `model@version`, or the same as `{"model": ..., "version": ...}`
/// @param card any of [CardSettings]
/// @param alias moved to the new version; usually none
/// @param teacher version whose soft targets alone are learnt from; usually every teacher's
record JobRequest(
        @Nullable String model,
        @Nullable Map<String, Object> schema,
        @Nullable List<String> modalities,
        @Nullable Map<String, Object> heldOut,
        @Nullable Map<String, Object> settings,
        @Nullable String student,
        @Nullable Integer imageSide,
        @Nullable Object recipe,
        @Nullable Map<String, Object> gate,
        @Nullable Object warmStart,
        @Nullable Map<String, Object> card,
        @Nullable String alias,
        @Nullable String teacher) {

    private static final String AUTO = "auto";

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
                student == null ? "retort-plain" : student,
                imageSide,
                overlaid("settings", TrainingSettings.student(), settings),
                readRecipe(),
                AUTO.equals(recipe),
                gate == null ? null : overlaid("gate", GateSettings.usual(), gate),
                readWarmStart(),
                overlaid("card", CardSettings.usual(), card),
                alias,
                teacher);
    }

    private Recipe readRecipe() {
        return recipe == null || AUTO.equals(recipe)
                ? Recipe.preset("default")
                : Recipe.parse(JSON.writeValueAsString(recipe));
    }

    private @Nullable String readWarmStart() {
        return switch (warmStart) {
            case null -> null;
            case String text -> text;
            case Map<?, ?> release -> {
                if (!release.keySet().equals(Set.of("model", "version"))) {
                    throw new InvalidRecordException(
                            "warmStart", "has %s, needs model and version".formatted(release));
                }
                yield release.get("model") + "@" + release.get("version");
            }
            default ->
                    throw new InvalidRecordException(
                            "warmStart",
                            "'%s' is neither a job's id nor model@version".formatted(warmStart));
        };
    }

    /// The usual record with the given fields in place of its own.
    private static <R extends Record> R overlaid(
            String field, R usual, @Nullable Map<String, Object> given) {
        if (given == null) {
            return usual;
        }
        ObjectNode merged = JSON.valueToTree(usual);
        for (Map.Entry<String, JsonNode> part : JSON.<ObjectNode>valueToTree(given).properties()) {
            JsonNode own = merged.get(part.getKey());
            if (own instanceof ObjectNode inner && part.getValue() instanceof ObjectNode other) {
                inner.setAll(other);
            } else {
                merged.set(part.getKey(), part.getValue());
            }
        }
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

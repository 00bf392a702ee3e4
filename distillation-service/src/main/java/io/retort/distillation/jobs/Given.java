package io.retort.distillation.jobs;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the fields that requests share: what is left out is as usual.
final class Given {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    private Given() {}

    /// Usually the article's.
    static Schema schema(@Nullable Map<String, Object> given) {
        return given == null ? Schema.article() : Schema.parse(JSON.writeValueAsString(given));
    }

    /// Usually a fifth of the groups; one field alone leaves the other empty.
    static HeldOut heldOut(@Nullable Map<String, Object> given) {
        return given == null ? HeldOut.fifth() : over(new HeldOut(Set.of(), 0), "heldOut", given);
    }

    static TrainingSettings settings(@Nullable Map<String, Object> given) {
        return over(TrainingSettings.student(), "settings", given);
    }

    /// A preset's name or a [Recipe]; usually the preset `default`.
    static Recipe recipe(@Nullable Object given) {
        return given == null
                ? Recipe.preset("default")
                : Recipe.parse(JSON.writeValueAsString(given));
    }

    /// The usual record with the given fields in place of its own.
    static <R extends Record> R over(R usual, String field, @Nullable Map<String, Object> given) {
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

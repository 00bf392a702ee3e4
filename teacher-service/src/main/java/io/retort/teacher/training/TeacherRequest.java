package io.retort.teacher.training;

import io.retort.contract.Limits;
import io.retort.contract.schema.Schema;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.training.TrainingSettings;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What to train. All of it is optional, and every field of its parts too.
///
/// @param schema the article's by default
/// @param heldOut a fifth of the groups by default
/// @param settings those of the article's teacher by default; of each network
/// @param networks 1 to 20, 5 by default; fewer where there are fewer annotated groups
record TeacherRequest(
        @io.swagger.v3.oas.annotations.media.Schema(
                        implementation = Schema.class,
                        requiredMode = RequiredMode.NOT_REQUIRED)
                @Nullable JsonNode schema,
        @io.swagger.v3.oas.annotations.media.Schema(
                        implementation = HeldOut.class,
                        requiredMode = RequiredMode.NOT_REQUIRED)
                @Nullable JsonNode heldOut,
        @io.swagger.v3.oas.annotations.media.Schema(
                        implementation = TrainingSettings.class,
                        requiredMode = RequiredMode.NOT_REQUIRED)
                @Nullable JsonNode settings,
        @Nullable Integer networks) {

    static final TeacherRequest DEFAULT = new TeacherRequest(null, null, null, null);
    private static final int USUAL_NETWORKS = 5;

    private static final JsonMapper JSON =
            JsonMapper.builder().disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT).build();

    /// JSON's null is as good as nothing.
    TeacherRequest {
        schema = schema == null || schema.isNull() ? null : schema;
        heldOut = heldOut == null || heldOut.isNull() ? null : heldOut;
        settings = settings == null || settings.isNull() ? null : settings;
    }

    Schema schemaOrDefault() {
        return schema == null ? Schema.article() : Schema.parse(schema.toString());
    }

    HeldOut heldOutOrDefault() {
        return heldOut == null
                ? HeldOut.fifth()
                : overlay("heldOut", new HeldOut(Set.of(), 0), heldOut, HeldOut.class);
    }

    TrainingSettings settingsOrDefault() {
        TrainingSettings defaults = TrainingSettings.teacher();
        return settings == null
                ? defaults
                : overlay("settings", defaults, settings, TrainingSettings.class);
    }

    int networksOrDefault() {
        int wanted = networks == null ? USUAL_NETWORKS : networks;
        if (wanted < 1 || wanted > Limits.TEACHER_MEMBERS) {
            throw new InvalidRequestException(
                    "networks: %d is not allowed, 1 to %d are"
                            .formatted(wanted, Limits.TEACHER_MEMBERS));
        }
        return wanted;
    }

    private static <T> T overlay(String field, T defaults, JsonNode changes, Class<T> type) {
        if (!changes.isObject()) {
            throw new InvalidRequestException(field + " must be an object");
        }
        ObjectNode merged = JSON.valueToTree(defaults);
        merge(field, merged, changes);
        try {
            return JSON.treeToValue(merged, type);
        } catch (JacksonException e) {
            throw new InvalidRequestException(
                    e.getCause() instanceof RuntimeException refused && refused.getMessage() != null
                            ? refused.getMessage()
                            : field + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    private static void merge(String path, ObjectNode known, JsonNode changes) {
        changes.properties()
                .forEach(change -> {
                    String name = change.getKey();
                    if (!known.has(name)) {
                        throw new InvalidRequestException(
                                "%s.%s is not known; known are %s"
                                        .formatted(
                                                path, name, new TreeSet<>(known.propertyNames())));
                    }
                    if (known.get(name) instanceof ObjectNode inner
                            && change.getValue().isObject()) {
                        merge(path + "." + name, inner, change.getValue());
                    } else {
                        known.set(name, change.getValue());
                    }
                });
    }
}

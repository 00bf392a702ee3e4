package io.retort.contract.schema;

import io.retort.contract.Digests;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Names the modalities that captures carry, with the form in which models see them, and the heads
/// that models answer. Order is significant: it is the order of a model's inputs and outputs.
public record Schema(String name, Map<String, Modality> modalities, Map<String, Head> heads) {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    public Schema {
        requireName("schema.name", name);
        modalities = ordered("schema.modalities", modalities, Limits.MODALITIES);
        heads = ordered("schema.heads", heads, Limits.HEADS);
    }

    /// The schema of the article: RGB, thermal and spectrum; 50 materials, quality, 10 states.
    public static Schema article() {
        return read("article.json");
    }

    /// Predictive maintenance as the article has it: a camera, a thermal camera and three axes of
    /// vibration look at a machine; heads are wear, alignment and lubrication in [0, 1].
    ///
    /// Mind the directions: wear 1 is worn out, alignment 1 is aligned, and lubrication is a NEED:
    /// 1 is dry. The article's urgency adds lubrication, which only a need can be.
    public static Schema maintenance() {
        return read("maintenance.json");
    }

    public static Schema parse(String json) {
        try {
            // JSON's null is read as Java's.
            @Nullable Schema schema = JSON.readValue(json, Schema.class);
            if (schema == null) {
                throw new InvalidRecordException("schema", "is null");
            }
            return schema;
        } catch (JacksonException e) {
            if (e.getCause() instanceof InvalidRecordException invalid) {
                throw invalid;
            }
            throw new InvalidRecordException(path(e), e.getOriginalMessage(), e);
        }
    }

    public String toJson() {
        return JSON.writeValueAsString(this);
    }

    /// SHA-256 of the canonical JSON, in hex.
    public String digest() {
        return Digests.sha256Hex(toJson().getBytes(StandardCharsets.UTF_8));
    }

    public Modality modality(String modality) {
        Modality found = modalities.get(modality);
        if (found == null) {
            throw new InvalidRecordException(
                    "modalities[" + modality + "]",
                    "schema " + name + " has no such modality, only " + modalities.keySet());
        }
        return found;
    }

    public Head head(String head) {
        Head found = heads.get(head);
        if (found == null) {
            throw new InvalidRecordException(
                    "labels[" + head + "]",
                    "schema " + name + " has no such head, only " + heads.keySet());
        }
        return found;
    }

    /// The same heads over fewer sensors, in this schema's order: what a student sees.
    public Schema select(Collection<String> names) {
        names.forEach(this::modality);
        Map<String, Modality> kept = new LinkedHashMap<>(modalities);
        kept.keySet().retainAll(names);
        return new Schema(name, kept, heads);
    }

    /// The same schema with every image's longer side of so many pixels, its shape kept: a student
    /// may look at less, or closer, than its teacher. Preprocessing resizes as it decodes. What was
    /// summarised stays so at its size.
    ///
    /// @throws InvalidRecordException naming `image.side` unless it is 16 to 512
    public Schema resized(int side) {
        Numbers.requireBetween("image.side", side, 16, 512);
        Map<String, Modality> resized = new LinkedHashMap<>(modalities);
        resized.replaceAll((_, modality) ->
                switch (modality) {
                    case ImageModality image -> image.resized(side);
                    case VectorModality vector -> vector;
                    case SignalModality signal -> signal;
                    case SignalSummaryModality summary -> summary;
                    case ImageSummaryModality summary -> summary;
                });
        return new Schema(name, resized, heads);
    }

    private static Schema read(String resource) {
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream(resource))) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder("schema");
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append('.').append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    private static <V> Map<String, V> ordered(String field, Map<String, V> map, int limit) {
        if (map.isEmpty() || map.size() > limit) {
            throw new InvalidRecordException(
                    field, "has " + map.size() + " entries, allowed are 1 to " + limit);
        }
        map.keySet().forEach(key -> requireName(field, key));
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /// Refuses what is no name of a schema, modality, head, model or alias.
    ///
    /// @throws InvalidRecordException naming the field
    public static void requireName(String field, String value) {
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
            throw new InvalidRecordException(
                    field,
                    "'"
                            + value
                            + "' is not a name: 1 to 64 letters, digits, dots, dashes or"
                            + " underscores, starting with a letter or digit");
        }
    }
}

package io.retort.registry.models;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.registry.artifacts.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a trainer publishes: the content of one version.
///
/// @param modalities those of the schema's that the model sees, in the order of its inputs
/// @param artifacts by variant, such as `fp32` and `int8`
/// @param provenance what the model was made of and by; any JSON object
/// @param evaluation how good it is; any JSON object
record Publication(
        @io.swagger.v3.oas.annotations.media.Schema(implementation = Object.class)
                ObjectNode schema,
        List<String> modalities,
        Map<Name, Artifact> artifacts,
        @io.swagger.v3.oas.annotations.media.Schema(implementation = Object.class)
                ObjectNode provenance,
        @io.swagger.v3.oas.annotations.media.Schema(implementation = Object.class)
                ObjectNode evaluation) {

    static final int VARIANTS = 16;

    record Artifact(Sha256 sha256, long bytes) {

        Artifact {
            required("sha256", sha256);
        }
    }

    Publication {
        required("schema", schema);
        required("modalities", modalities).forEach(each -> required("modalities", each));
        modalities = List.copyOf(modalities);
        if (modalities.isEmpty() || new HashSet<>(modalities).size() < modalities.size()) {
            throw new InvalidRecordException(
                    "modalities", "must name at least one, and each only once");
        }
        Schema parsed = Schema.parse(schema.toString());
        modalities.forEach(parsed::modality);
        artifacts = Collections.unmodifiableMap(new TreeMap<>(required("artifacts", artifacts)));
        if (artifacts.isEmpty() || artifacts.size() > VARIANTS) {
            throw new InvalidRecordException(
                    "artifacts",
                    "has " + artifacts.size() + " variants, allowed are 1 to " + VARIANTS);
        }
        artifacts.forEach((variant, artifact) -> required("artifacts." + variant, artifact));
        provenance = provenance == null ? JsonNodeFactory.instance.objectNode() : provenance;
        evaluation = evaluation == null ? JsonNodeFactory.instance.objectNode() : evaluation;
        sorted("provenance", provenance);
        sorted("evaluation", evaluation);
    }

    /// The schema's own JSON, in which order counts and defaults are spelt out.
    String canonicalSchema() {
        return Schema.parse(schema.toString()).toJson();
    }

    /// Equal where the content is: the order in which objects name their members does not count,
    /// but in the schema.
    Sha256 hash() {
        ObjectNode canonical = JsonNodeFactory.instance.objectNode();
        canonical.put("schema", canonicalSchema());
        ArrayNode order = canonical.putArray("modalities");
        modalities.forEach(order::add);
        ObjectNode digests = canonical.putObject("artifacts");
        artifacts.forEach(
                (variant, artifact) -> digests.put(variant.text(), artifact.sha256().hex()));
        canonical.set("provenance", sorted("provenance", provenance));
        canonical.set("evaluation", sorted("evaluation", evaluation));
        return Sha256.of(canonical.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode sorted(String field, JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.propertyNames().stream()
                    .sorted()
                    .forEach(name -> object.set(name, sorted(field + "." + name, node.get(name))));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(node.size());
            for (int i = 0; i < node.size(); i++) {
                array.add(sorted(field + "[" + i + "]", node.get(i)));
            }
            return array;
        }
        // 1e999 is JSON, but no number of ours, and would be written as something that is not JSON.
        if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
            throw new InvalidRecordException(field, "is too large a number");
        }
        return node;
    }

    private static <T> T required(String field, @Nullable T value) {
        if (value == null) {
            throw new InvalidRecordException(field, "is missing");
        }
        return value;
    }
}

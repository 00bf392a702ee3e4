package io.retort.distillation.publishing;

import io.retort.contract.schema.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What becomes a version of a model.
///
/// @param schema the student's: only the modalities that it sees
/// @param artifacts by variant
/// @param provenance JSON object, as the registry keeps it
/// @param evaluation JSON object, as the registry keeps it
/// @param alias moved to the new version; null leaves all as they are
public record Release(
        String model,
        Schema schema,
        List<String> modalities,
        Map<String, Artifact> artifacts,
        JsonNode provenance,
        JsonNode evaluation,
        @Nullable String alias) {

    public Release {
        modalities = List.copyOf(modalities);
        artifacts = Collections.unmodifiableMap(new LinkedHashMap<>(artifacts));
    }
}

package io.retort.gateway.bulk;

import io.retort.gateway.assessment.Payloads;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An item as JSON: its payloads as in [Payloads].
record ItemBody(
        @Nullable String id,
        @Nullable String station,
        byte @Nullable [] image,
        @Nullable Map<String, @Nullable JsonNode> modalities) {

    Payloads payloads() {
        return new Payloads(image, modalities);
    }
}

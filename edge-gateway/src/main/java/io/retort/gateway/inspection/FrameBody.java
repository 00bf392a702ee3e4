package io.retort.gateway.inspection;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.assessment.Payloads;
import io.retort.gateway.streaming.ItemJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A frame as JSON.
///
/// @param image in base64, for a model that sees one image alone
/// @param modalities by name, as in [Payloads]
/// @param parts modalities whose images follow as parts of their own, in a multipart stream
record FrameBody(
        @Nullable String id,
        @Nullable Position position,
        @Nullable Instant time,
        byte @Nullable [] image,
        @Nullable Map<String, @Nullable JsonNode> modalities,
        @Nullable List<String> parts) {

    /// @throws InvalidRecordException naming the field
    static FrameBody parse(byte[] json) {
        return ItemJson.read(json, FrameBody.class, "frame");
    }

    Position requiredPosition() {
        if (position == null) {
            throw new InvalidRecordException(
                    "position", "is missing: {\"x\", \"y\"} or {\"latitude\", \"longitude\"}");
        }
        return position;
    }

    boolean hasPayloads() {
        return image != null || (modalities != null && !modalities.isEmpty());
    }

    Payloads payloads() {
        return new Payloads(image, modalities);
    }
}

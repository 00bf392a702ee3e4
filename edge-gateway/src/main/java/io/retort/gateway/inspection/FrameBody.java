package io.retort.gateway.inspection;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.assessment.Payloads;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    /// @throws InvalidRecordException naming the field
    static FrameBody parse(byte[] json) {
        try {
            @Nullable FrameBody body = JSON.readValue(json, FrameBody.class);
            if (body == null) {
                throw new InvalidRecordException("frame", "is null");
            }
            return body;
        } catch (JacksonException e) {
            if (e.getCause() instanceof InvalidRecordException invalid) {
                throw invalid;
            }
            String path =
                    e.getPath().stream()
                            .map(JacksonException.Reference::getPropertyName)
                            .filter(name -> name != null)
                            .collect(Collectors.joining("."));
            throw new InvalidRecordException(
                    path.isEmpty() ? "frame" : path,
                    "is not the JSON of a frame: " + e.getOriginalMessage(),
                    e);
        }
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

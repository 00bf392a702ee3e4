package io.retort.gateway.assessment;

import io.retort.contract.InvalidRecordException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What sensors saw of one item, as JSON carries it.
///
/// @param image JPEG or PNG, for a model that sees one image alone
/// @param modalities by name: an image as a string in base64, a vector or a signal as an object
public record Payloads(
        byte @Nullable [] image, @Nullable Map<String, @Nullable JsonNode> modalities)
        implements Consumer<CaptureBuilder> {

    /// @throws InvalidRecordException naming the modality
    @Override
    public void accept(CaptureBuilder capture) {
        if (image != null) {
            capture.picture(null, image);
        }
        if (modalities != null) {
            modalities.forEach((modality, payload) -> put(capture, modality, payload));
        }
    }

    private static void put(CaptureBuilder capture, String modality, @Nullable JsonNode payload) {
        if (payload != null && payload.isString()) {
            capture.picture(modality, decoded(modality, payload));
        } else {
            capture.json(modality, payload);
        }
    }

    private static byte[] decoded(String modality, JsonNode text) {
        try {
            return text.binaryValue();
        } catch (JacksonException e) {
            throw new InvalidRecordException(
                    "modalities[" + modality + "]", "is not an image in base64", e);
        }
    }
}

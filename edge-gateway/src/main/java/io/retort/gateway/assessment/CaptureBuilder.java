package io.retort.gateway.assessment;

import com.google.protobuf.UnsafeByteOperations;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.Records;
import io.retort.contract.Times;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Signal;
import io.retort.contract.v1.Vector;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A capture from what a plant system sends over HTTP, for the model in use.
public final class CaptureBuilder {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private final Schema schema;
    private final Capture.Builder capture;

    public CaptureBuilder(Schema schema, String id, String station, Instant now) {
        this.schema = schema;
        this.capture =
                Capture.newBuilder()
                        .setId(id)
                        .setStation(station)
                        .setSchema(schema.name())
                        .setCapturedAt(Times.timestamp(now));
    }

    /// @throws InvalidRecordException naming the field
    public Capture build() {
        return Records.check(capture.build());
    }

    /// The named modality, or the model's only image.
    String imageModality(@Nullable String named) {
        if (named != null) {
            schema.modality(named);
            return named;
        }
        List<String> images =
                schema.modalities().entrySet().stream()
                        .filter(entry ->
                                entry.getValue() instanceof ImageModality
                                        || entry.getValue() instanceof ImageSummaryModality)
                        .map(entry -> entry.getKey())
                        .toList();
        if (images.size() != 1) {
            throw new InvalidRequestException(
                    "the model sees the images %s: name one by ?modality=, or send multipart"
                            .formatted(images));
        }
        return images.getFirst();
    }

    /// JPEG or PNG, which its first bytes tell.
    ///
    /// @param named the modality, or null for the model's only image
    public void picture(@Nullable String named, byte[] data) {
        String modality = imageModality(named);
        image(modality, encoding(modality, data), data);
    }

    private static Image.Encoding encoding(String modality, byte[] data) {
        if (data.length > 2 && (data[0] & 0xff) == 0xff && (data[1] & 0xff) == 0xd8) {
            return Image.Encoding.JPEG;
        }
        if (data.length > 2 && (data[0] & 0xff) == 0x89 && data[1] == 'P') {
            return Image.Encoding.PNG;
        }
        throw new InvalidRecordException(
                "modalities[" + modality + "].image.data", "is neither a JPEG nor a PNG");
    }

    /// Owns `data` from now on, as all of its like.
    void image(String modality, Image.Encoding encoding, byte[] data) {
        raw(modality, encoding, data, 0, 0);
    }

    void raw(String modality, Image.Encoding encoding, byte[] data, int width, int height) {
        put(
                modality,
                Payload.newBuilder()
                        .setImage(
                                Image.newBuilder()
                                        .setEncoding(encoding)
                                        .setData(UnsafeByteOperations.unsafeWrap(data))
                                        .setWidth(width)
                                        .setHeight(height))
                        .build());
    }

    /// Values of a vector or a signal, whichever the modality is.
    void json(String modality, byte[] json) {
        String field = "modalities[" + modality + "]";
        switch (schema.modality(modality)) {
            case ImageModality _, ImageSummaryModality _ ->
                    throw new InvalidRecordException(
                            field, "is an image: send it as image/jpeg or image/png");
            case VectorModality _ -> put(modality, read(field, json, VectorBody.class).payload());
            case SignalModality _, SignalSummaryModality _ ->
                    put(modality, read(field, json, SignalBody.class).payload());
        }
    }

    /// As [#json(String, byte[])], from JSON that has been read already.
    void json(String modality, @Nullable JsonNode json) {
        json(modality, JSON.writeValueAsBytes(json));
    }

    private void put(String modality, Payload payload) {
        schema.modality(modality);
        if (capture.containsModalities(modality)) {
            throw new InvalidRecordException("modalities[" + modality + "]", "comes twice");
        }
        capture.putModalities(modality, payload);
    }

    private record VectorBody(float @Nullable [] values, float @Nullable [] axis) {
        Payload payload() {
            Vector.Builder vector = Vector.newBuilder();
            for (float value : values == null ? new float[0] : values) {
                vector.addValues(value);
            }
            for (float at : axis == null ? new float[0] : axis) {
                vector.addAxis(at);
            }
            return Payload.newBuilder().setVector(vector).build();
        }
    }

    private record SignalBody(int channels, int steps, float hertz, float @Nullable [] values) {
        Payload payload() {
            Signal.Builder signal =
                    Signal.newBuilder().setChannels(channels).setSteps(steps).setHertz(hertz);
            for (float value : values == null ? new float[0] : values) {
                signal.addValues(value);
            }
            return Payload.newBuilder().setSignal(signal).build();
        }
    }

    private static <B> B read(String field, byte[] json, Class<B> type) {
        try {
            @Nullable B body = JSON.readValue(json, type);
            if (body == null) {
                throw new InvalidRecordException(field, "is null");
            }
            return body;
        } catch (JacksonException e) {
            throw new InvalidRecordException(
                    field, "is not the JSON of its kind: " + e.getOriginalMessage(), e);
        }
    }
}

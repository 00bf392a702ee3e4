package io.retort.gateway.streaming;

import io.retort.contract.InvalidRecordException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/// Reads JSON into records, and says what is wrong with it by its field, in words that name no
/// class of ours.
public final class ItemJson {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private ItemJson() {}

    /// @param whole what the JSON is, where no field of it is to blame
    /// @throws InvalidRecordException naming the field
    public static <T> T read(byte[] json, Class<T> type, String whole) {
        try {
            @Nullable T value = JSON.readValue(json, type);
            if (value == null) {
                throw new InvalidRecordException(whole, "is null");
            }
            return value;
        } catch (JacksonException e) {
            if (e.getCause() instanceof InvalidRecordException invalid) {
                throw invalid;
            }
            String field = field(e);
            throw new InvalidRecordException(field.isEmpty() ? whole : field, problem(e), e);
        }
    }

    private static String field(JacksonException e) {
        StringBuilder field = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() == null) {
                field.append('[').append(step.getIndex()).append(']');
            } else {
                field.append(field.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return field.toString();
    }

    private static String problem(JacksonException e) {
        return switch (e) {
            case StreamReadException _ -> "is not JSON, or more than one";
            case UnrecognizedPropertyException unknown ->
                    "is not known; there are " + unknown.getKnownPropertyIds();
            case MismatchedInputException mismatch -> mismatch(mismatch);
            default -> "cannot be read";
        };
    }

    private static String mismatch(MismatchedInputException e) {
        if (e.getOriginalMessage().startsWith("Missing required")) {
            return "is missing";
        }
        Class<?> target = e.getTargetType();
        if (target == null) {
            return "is of the wrong kind";
        }
        if (target == Instant.class) {
            return "is not a time such as 2026-03-01T10:00:00Z";
        }
        if (target == byte[].class) {
            return "is not base64";
        }
        if (target.isPrimitive() || Number.class.isAssignableFrom(target)) {
            return "is not a number";
        }
        if (target == String.class) {
            return "is not a text";
        }
        return Iterable.class.isAssignableFrom(target) ? "is not a list" : "is not such an object";
    }
}

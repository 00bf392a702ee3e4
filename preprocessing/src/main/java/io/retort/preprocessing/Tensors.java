package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.v1.Payload;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One modality's way from payload to tensor (CHW).
sealed interface Tensors
        permits ImageTensors,
                VectorTensors,
                SignalTensors,
                SignalSummaryTensors,
                ImageSummaryTensors {

    float[] tensor(Payload payload);

    /// As [#tensor(Payload)].
    ///
    /// @param spare of the tensor's size, to be written over, or null; also where the payload is
    ///   refused. Ways that make small tensors let it be.
    default float[] tensor(Payload payload, float @Nullable [] spare) {
        return tensor(payload);
    }

    static void requireKind(String field, Payload payload, Payload.KindCase kind) {
        if (payload.getKindCase() != kind) {
            throw new InvalidRecordException(
                    field,
                    "carries "
                            + switch (payload.getKindCase()) {
                                case IMAGE -> "an image";
                                case VECTOR -> "a vector";
                                case SIGNAL -> "a signal";
                                case KIND_NOT_SET -> "nothing";
                            }
                            + ", the schema expects kind "
                            + kind.name().toLowerCase(Locale.ROOT));
        }
    }

    static void requireFinite(String field, float[] tensor) {
        for (float value : tensor) {
            if (!Float.isFinite(value)) {
                throw new InvalidRecordException(
                        field, "is not finite, or not once the schema has normalised it");
            }
        }
    }
}

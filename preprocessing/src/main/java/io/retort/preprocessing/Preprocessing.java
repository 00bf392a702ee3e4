package io.retort.preprocessing;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Payload;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// The one definition of how a payload becomes a tensor, driven by a schema. Immutable and safe for
/// use by many threads.
public final class Preprocessing {

    private final Schema schema;
    private final Map<String, Tensors> tensors = new LinkedHashMap<>();

    public Preprocessing(Schema schema) {
        this.schema = schema;
        schema.modalities().forEach((name, modality) -> tensors.put(name, tensors(name, modality)));
    }

    public Schema schema() {
        return schema;
    }

    /// Tensors (CHW) of the schema's modalities that the capture carries, in the schema's order.
    /// Absent modalities have none; modalities that the schema does not name are left alone.
    ///
    /// @throws io.retort.contract.InvalidRecordException naming the field
    public Map<String, float[]> tensors(Capture capture) {
        Map<String, float[]> found = new LinkedHashMap<>();
        Map<String, Payload> payloads = capture.getModalitiesMap();
        tensors.forEach((name, modality) -> {
            Payload payload = payloads.get(name);
            if (payload != null) {
                found.put(name, modality.tensor(payload));
            }
        });
        return found;
    }

    /// One payload's tensor (CHW), of `schema.modality(modality).shape().size()` values.
    public float[] tensor(String modality, Payload payload) {
        schema.modality(modality);
        return Objects.requireNonNull(tensors.get(modality)).tensor(payload);
    }

    /// As above, into `target` from its position on; the position moves on by the tensor's size. A
    /// payload that is refused leaves the target as it was.
    public void write(String modality, Payload payload, FloatBuffer target) {
        target.put(tensor(modality, payload));
    }

    private static Tensors tensors(String name, Modality modality) {
        String field = "modalities[" + name + "]";
        return switch (modality) {
            case ImageModality image -> new ImageTensors(field, image);
            case VectorModality vector -> new VectorTensors(field, vector);
            case SignalModality signal -> new SignalTensors(field, signal);
            case SignalSummaryModality summary -> new SignalSummaryTensors(field, summary);
            case ImageSummaryModality summary -> new ImageSummaryTensors(field, summary);
        };
    }
}

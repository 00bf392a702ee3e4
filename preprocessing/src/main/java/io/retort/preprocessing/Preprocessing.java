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
        return tensors(capture, new LinkedHashMap<>());
    }

    /// As [#tensors(Capture)], written over arrays of an earlier call, so that a stream of captures
    /// costs no memory.
    ///
    /// @param spare what earlier calls with it answered, which nobody reads any more; takes this
    ///   call's tensors in. Of one schema, for one thread at a time
    public Map<String, float[]> tensors(Capture capture, Map<String, float[]> spare) {
        Map<String, float[]> found = new LinkedHashMap<>();
        Map<String, Payload> payloads = capture.getModalitiesMap();
        for (Map.Entry<String, Tensors> modality : tensors.entrySet()) {
            Payload payload = payloads.get(modality.getKey());
            if (payload != null) {
                float[] tensor = modality.getValue().tensor(payload, spare.get(modality.getKey()));
                spare.put(modality.getKey(), tensor);
                found.put(modality.getKey(), tensor);
            }
        }
        return found;
    }

    /// One payload's tensor (CHW), of `schema.modality(modality).shape().size()` values.
    public float[] tensor(String modality, Payload payload) {
        schema.modality(modality);
        return Objects.requireNonNull(tensors.get(modality)).tensor(payload);
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

package io.retort.preprocessing;

import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Payload;
import java.nio.FloatBuffer;
import java.util.Map;

/// The one definition of how a payload becomes a tensor, driven by a schema. Immutable and safe for
/// use by many threads.
@SuppressWarnings("DoNotCallSuggester")
public final class Preprocessing {

    private final Schema schema;

    public Preprocessing(Schema schema) {
        this.schema = schema;
    }

    public Schema schema() {
        return schema;
    }

    /// Tensors (CHW) of the schema's modalities that the capture carries, in the schema's order.
    /// Absent modalities have none; modalities that the schema does not name are left alone.
    ///
    /// @throws io.retort.contract.InvalidRecordException naming the field
    public Map<String, float[]> tensors(Capture capture) {
        throw new UnsupportedOperationException("being written");
    }

    /// One payload's tensor (CHW), of `schema.modality(modality).shape().size()` values.
    public float[] tensor(String modality, Payload payload) {
        throw new UnsupportedOperationException("being written");
    }

    /// As above, into `target` from its position on; the position moves on by the tensor's size.
    public void write(String modality, Payload payload, FloatBuffer target) {
        throw new UnsupportedOperationException("being written");
    }
}

package io.retort.fleet.dataset;

import io.retort.contract.schema.Modality;
import io.retort.contract.v1.Payload;
import org.jspecify.annotations.Nullable;

/// One modality of a folder.
sealed interface Payloads permits ImagePayloads, VectorPayloads, SignalPayloads {

    Modality modality();

    /// Whether the sensor was there; reads no file.
    boolean present(int row);

    /// Null where the sensor was absent.
    @Nullable Payload payload(int row);
}

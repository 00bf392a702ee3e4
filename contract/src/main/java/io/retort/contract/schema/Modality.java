package io.retort.contract.schema;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// One sensor's payload as models see it, always a float tensor of channels x height x width.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ImageModality.class, name = "image"),
    @JsonSubTypes.Type(value = VectorModality.class, name = "vector"),
    @JsonSubTypes.Type(value = SignalModality.class, name = "signal"),
    @JsonSubTypes.Type(value = SignalSummaryModality.class, name = "signal-summary"),
    @JsonSubTypes.Type(value = ImageSummaryModality.class, name = "image-summary")
})
public sealed interface Modality
        permits ImageModality,
                VectorModality,
                SignalModality,
                SignalSummaryModality,
                ImageSummaryModality {

    /// Tensor shape {channels, height, width}; vectors and summaries are {1, 1, values}, signals
    /// {channels, 1, steps}.
    TensorShape shape();
}

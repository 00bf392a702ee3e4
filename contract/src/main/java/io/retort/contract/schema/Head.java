package io.retort.contract.schema;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// One question that a model answers.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ClassificationHead.class, name = "classification"),
    @JsonSubTypes.Type(value = RegressionHead.class, name = "regression")
})
public sealed interface Head permits ClassificationHead, RegressionHead {

    /// Width of the head's output: logits per class, or one value.
    int width();
}

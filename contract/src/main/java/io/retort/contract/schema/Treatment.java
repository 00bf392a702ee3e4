package io.retort.contract.schema;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// One step of spectral preprocessing, as the field does it.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StandardNormalVariate.class, name = "standard-normal-variate"),
    @JsonSubTypes.Type(value = SavitzkyGolay.class, name = "savitzky-golay")
})
public sealed interface Treatment permits StandardNormalVariate, SavitzkyGolay {}

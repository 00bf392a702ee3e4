package io.retort.gateway.inference;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// @param threads that work on one request
/// @param lanes requests that run at the same time, each with tensors of its own; 0 for one a
///   processor
@Validated
@ConfigurationProperties("retort.inference")
public record InferenceSettings(
        @DefaultValue("1") @Min(1) @Max(256) int threads,
        @DefaultValue("0") @Min(0) @Max(256) int lanes) {

    int lanesOnThisMachine() {
        return lanes == 0 ? Runtime.getRuntime().availableProcessors() : lanes;
    }
}

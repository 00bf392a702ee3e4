package io.retort.gateway.inference;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// @param threads that work on one request
/// @param lanes requests that run at the same time, each with tensors of its own; 0 for one a
///   processor
/// @param queue requests over HTTP that may wait for a lane; more are refused
/// @param patience of a request over HTTP that waits
/// @param provider that does the arithmetic
@Validated
@ConfigurationProperties("retort.inference")
public record InferenceSettings(
        @DefaultValue("1") @Min(1) @Max(256) int threads,
        @DefaultValue("0") @Min(0) @Max(256) int lanes,
        @DefaultValue("64") @Min(0) @Max(65_536) int queue,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration patience,
        @DefaultValue("cpu") ExecutionProvider provider) {

    public InferenceSettings {
        // A gateway that cannot run any model should not start.
        provider.requireHere();
    }

    /// Whether opening a model creates no threads, which would have the priority of the one that
    /// opens for good.
    boolean opensOnOneThread() {
        return threads == 1 && provider == ExecutionProvider.CPU;
    }

    int lanesOnThisMachine() {
        return lanes == 0 ? Runtime.getRuntime().availableProcessors() : lanes;
    }
}

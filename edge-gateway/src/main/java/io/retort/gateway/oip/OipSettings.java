package io.retort.gateway.oip;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param largestBody of a request that is read
/// @param largestBatch captures in one request
/// @param grpcPort where gRPC is answered, 0 for any that is free; none leaves gRPC out, and its
///   libraries unloaded
@Validated
@ConfigurationProperties("retort.oip")
record OipSettings(
        @DefaultValue("24MB") DataSize largestBody,
        @DefaultValue("256") int largestBatch,
        @Nullable Integer grpcPort) {

    OipSettings {
        if (largestBatch < 1) {
            throw new IllegalArgumentException(
                    "retort.oip.largest-batch: " + largestBatch + " is below 1");
        }
    }
}

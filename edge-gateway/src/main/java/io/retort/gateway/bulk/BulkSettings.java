package io.retort.gateway.bulk;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param mostItems in a request; the rest is not read
/// @param largestItem a line, or a part; a larger one is an error of its own
/// @param largestBody of a request; what lies beyond is not read
@Validated
@ConfigurationProperties("retort.bulk")
record BulkSettings(
        @DefaultValue("256") @Min(1) @Max(10_000) int mostItems,
        @DefaultValue("16MB") DataSize largestItem,
        @DefaultValue("256MB") DataSize largestBody) {}

package io.retort.gateway.assessment;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param largestBody of a request; parts of it have limits of their own
/// @param remembered captures from Kafka whose redelivery is recognised, the latest ones
@Validated
@ConfigurationProperties("retort.assessment")
record AssessmentSettings(
        @DefaultValue("24MB") DataSize largestBody,
        @DefaultValue("100000") @Min(1) int remembered) {}

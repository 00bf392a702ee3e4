package io.retort.gateway.drift;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// @param window captures that count, about: older ones weigh less and less
/// @param least captures before anything is said
@Validated
@ConfigurationProperties("retort.drift")
public record DriftSettings(
        @DefaultValue("1000") @Min(10) int window, @DefaultValue("100") @Min(1) int least) {}

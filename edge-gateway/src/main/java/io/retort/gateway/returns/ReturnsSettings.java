package io.retort.gateway.returns;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param enabled false sends nothing back
/// @param uncertainBelow confidence below which a capture is sent back
/// @param random share of all others that is
/// @param daily bytes in a day: they come in little by little, and a day's worth is kept at most
/// @param waiting bytes that may wait for the broker; the oldest are dropped for new ones
@Validated
@ConfigurationProperties("retort.returns")
public record ReturnsSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("0.5") @DecimalMin("0") @DecimalMax("1") double uncertainBelow,
        @DefaultValue("0.01") @DecimalMin("0") @DecimalMax("1") double random,
        @DefaultValue("20MB") DataSize daily,
        @DefaultValue("64MB") DataSize waiting) {}

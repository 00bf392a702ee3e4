package io.retort.gateway.rollout;

import io.retort.gateway.power.PowerMode;
import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param registry where the model registry answers
/// @param variant form of the artifact that this machine runs
/// @param fallback what it runs of a release whose own gate refused that form
/// @param variants what it runs instead of `variant` in a power mode
/// @param folder where the last good model is kept; one gateway's own
/// @param poll between two questions to the registry
/// @param longestWait between two questions after failures
/// @param readTimeout without a byte from the registry
/// @param largest artifact that is accepted
@Validated
@ConfigurationProperties("retort.rollout")
record RolloutSettings(
        @DefaultValue("http://localhost:8083") URI registry,
        @DefaultValue("student") @NotBlank String model,
        @DefaultValue("production") @NotBlank String alias,
        @DefaultValue("int8") @NotBlank String variant,
        @DefaultValue("fp32") @NotBlank String fallback,
        @DefaultValue Map<PowerMode, String> variants,
        @DefaultValue("data/edge-gateway/models") Path folder,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration poll,
        @DefaultValue("1m") @DurationMin(millis = 1) Duration longestWait,
        @DefaultValue("2s") @DurationMin(millis = 1) Duration connectTimeout,
        @DefaultValue("10s") @DurationMin(millis = 1) Duration readTimeout,
        @DefaultValue("256MB") DataSize largest) {

    /// Variants to run in a power mode; the first that a release has.
    List<String> wanted(PowerMode mode) {
        return Stream.of(variants.getOrDefault(mode, variant), variant, fallback)
                .distinct()
                .toList();
    }

    /// Doubles with each failure in a row.
    Duration waitAfter(int failures) {
        if (failures <= 1) {
            return poll;
        }
        Duration backOff = poll.multipliedBy(1L << Math.min(failures - 1, 20));
        Duration most = longestWait.compareTo(poll) > 0 ? longestWait : poll;
        return backOff.compareTo(most) < 0 ? backOff : most;
    }
}

package io.retort.gateway.power;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// @param ecoBelow share of the battery, or of the processors, below which energy is saved
/// @param criticalBelow below which the node does nothing but decide
/// @param hysteresis above a threshold that ends what began below it, so that a level which wavers
///   does not switch models to and fro
/// @param battery a file that holds the battery's level in percent, as Linux gives it in
///   `/sys/class/power_supply/BAT0/capacity`; without one, somebody reports it
/// @param read how often that file is read
/// @param wattsPerCore that a busy processor draws more than an idle one, which energy is modelled
///   from
@Validated
@ConfigurationProperties("retort.power")
public record PowerSettings(
        @DefaultValue("0.5") @DecimalMin("0") @DecimalMax("1") double ecoBelow,
        @DefaultValue("0.2") @DecimalMin("0") @DecimalMax("1") double criticalBelow,
        @DefaultValue("0.05") @DecimalMin("0") @DecimalMax("0.5") double hysteresis,
        @Nullable Path battery,
        @DefaultValue("30s") @DurationMin(millis = 10) Duration read,
        @DefaultValue("1.0") @DecimalMin("0") double wattsPerCore) {

    public PowerSettings {
        if (!(criticalBelow <= ecoBelow)) {
            throw new IllegalArgumentException(
                    "retort.power.critical-below is %s, must be at most eco-below, %s"
                            .formatted(criticalBelow, ecoBelow));
        }
    }

    /// The mode at a level, coming from another one.
    PowerMode mode(double level, PowerMode before) {
        double critical = criticalBelow + (before == PowerMode.CRITICAL ? hysteresis : 0);
        double eco = ecoBelow + (before == PowerMode.FULL ? 0 : hysteresis);
        if (level < critical) {
            return PowerMode.CRITICAL;
        }
        return level < eco ? PowerMode.ECO : PowerMode.FULL;
    }
}

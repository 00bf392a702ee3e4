package io.retort.gateway.routing;

import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What holds until a policy is put.
///
/// @param folder where the policy that was put last is kept, and what the bins hold
/// @param reuseAbove quality above which an item is used again as it is
/// @param recycleBelow quality below which an item's material is recovered; between them it is
///   repaired
/// @param uncertainBelow confidence below which somebody has to look; 0 for never
/// @param novelToManual whether somebody has to look at what is unlike all that the model was
///   tested on
/// @param saved how often what the bins hold is written: a power cut forgets as much
@Validated
@ConfigurationProperties("retort.routing")
public record RoutingSettings(
        @DefaultValue("data/edge-gateway/routing") Path folder,
        @DefaultValue("0.7") double reuseAbove,
        @DefaultValue("0.3") double recycleBelow,
        @DefaultValue("0") double uncertainBelow,
        @DefaultValue("true") boolean novelToManual,
        @DefaultValue("1s") @DurationMin(millis = 1) Duration saved) {

    public RoutingSettings {
        // Says what is wrong with them at start-up.
        Policy _ = Policy.byQuality(reuseAbove, recycleBelow, uncertainBelow, novelToManual);
    }

    Policy policy() {
        return Policy.byQuality(reuseAbove, recycleBelow, uncertainBelow, novelToManual);
    }
}

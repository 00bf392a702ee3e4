package io.retort.gateway.assessment;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param reuseAbove quality above which an item is used again as it is
/// @param recycleBelow quality below which an item's material is recovered; between them it is
///   repaired
/// @param largestBody of a request; parts of it have limits of their own
/// @param remembered captures from Kafka whose redelivery is recognised, the latest ones
@Validated
@ConfigurationProperties("retort.assessment")
record AssessmentSettings(
        @DefaultValue("0.7") double reuseAbove,
        @DefaultValue("0.3") double recycleBelow,
        @DefaultValue("24MB") DataSize largestBody,
        @DefaultValue("100000") @Min(1) int remembered) {

    AssessmentSettings {
        if (!(recycleBelow <= reuseAbove)) {
            throw new IllegalArgumentException(
                    "retort.assessment.recycle-below is %s, must be at most reuse-above, %s"
                            .formatted(recycleBelow, reuseAbove));
        }
    }

    Route route(double quality) {
        if (quality > reuseAbove) {
            return Route.REUSE;
        }
        return quality < recycleBelow ? Route.RECYCLE : Route.REPAIR;
    }
}

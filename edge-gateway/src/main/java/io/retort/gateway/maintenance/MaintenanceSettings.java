package io.retort.gateway.maintenance;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param nowAbove urgency of a machine, and severity of one factor, above which something has to
///   be done now
/// @param soonAbove above which it has to be done at the next stop; below it nothing has
/// @param largestBody of a request
/// @param mostMachines in a request
/// @param mostCaptures in a request, of all machines together
@Validated
@ConfigurationProperties("retort.maintenance")
record MaintenanceSettings(
        @DefaultValue("0.7") double nowAbove,
        @DefaultValue("0.3") double soonAbove,
        @DefaultValue("24MB") DataSize largestBody,
        @DefaultValue("1000") @Min(1) @Max(100_000) int mostMachines,
        @DefaultValue("256") @Min(1) @Max(100_000) int mostCaptures) {

    MaintenanceSettings {
        if (!(soonAbove >= 0 && soonAbove <= nowAbove && nowAbove <= 1)) {
            throw new IllegalArgumentException(
                    "retort.maintenance.soon-above is %s and now-above %s: must ascend in [0, 1]"
                            .formatted(soonAbove, nowAbove));
        }
    }

    When when(double severity) {
        if (severity > nowAbove) {
            return When.NOW;
        }
        return severity > soonAbove ? When.NEXT_STOP : When.LATER;
    }
}

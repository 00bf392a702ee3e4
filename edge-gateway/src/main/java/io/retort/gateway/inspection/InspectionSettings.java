package io.retort.gateway.inspection;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param folder of the reports
/// @param largestFrame a line, or a part; larger ones are errors, and the stream goes on
/// @param mostAtOnce inspections that may run at the same time
/// @param mostReports kept; the oldest goes first
/// @param largestFolder bytes of all reports together; the oldest goes first
/// @param mostFlagged positions that a report lists for each route; those beyond are counted
/// @param mostPoints on a report's map; where there are more, every second, fourth and so on is
///   drawn
/// @param classHead the classification head whose classes are reported; the model's first where it
///   has none of this name
/// @param mass of one item by class, in kilograms, for models without a head `mass`
/// @param area of one item by class, in square metres, for models without a head `area`
@Validated
@ConfigurationProperties("retort.inspection")
record InspectionSettings(
        @DefaultValue("data/edge-gateway/inspections") Path folder,
        @DefaultValue("16MB") DataSize largestFrame,
        @DefaultValue("4") @Min(1) @Max(1024) int mostAtOnce,
        @DefaultValue("1000") @Min(1) int mostReports,
        @DefaultValue("256MB") DataSize largestFolder,
        @DefaultValue("1000") @Min(0) @Max(100_000) int mostFlagged,
        @DefaultValue("2000") @Min(2) @Max(100_000) int mostPoints,
        @DefaultValue("material") String classHead,
        @DefaultValue Map<String, Double> mass,
        @DefaultValue Map<String, Double> area) {

    InspectionSettings {
        mass = positive("mass", mass);
        area = positive("area", area);
    }

    private static Map<String, Double> positive(String name, Map<String, Double> byClass) {
        byClass.forEach((category, value) -> {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException(
                        "retort.inspection.%s[%s] is %s, must be above 0"
                                .formatted(name, category, value));
            }
        });
        return Map.copyOf(byClass);
    }
}

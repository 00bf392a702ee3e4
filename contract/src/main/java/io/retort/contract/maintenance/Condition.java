package io.retort.contract.maintenance;

import io.retort.contract.InvalidRecordException;
import java.util.Map;

/// What is known of a machine's state: the heads of [Schema#maintenance()], each in [0, 1].
///
/// @param wear 0 new, 1 worn out
/// @param alignment 1 aligned, 0 as far out as the machine gets
/// @param lubrication NEED of lubrication: 0 well lubricated, 1 dry
public record Condition(double wear, double alignment, double lubrication) {

    public Condition {
        for (Factor factor : Factor.values()) {
            double reading =
                    switch (factor) {
                        case WEAR -> wear;
                        case ALIGNMENT -> alignment;
                        case LUBRICATION -> lubrication;
                    };
            if (!(reading >= 0 && reading <= 1)) {
                throw new InvalidRecordException(
                        "condition." + factor.head(), "is " + reading + ", allowed are 0 to 1");
            }
        }
    }

    /// From values by head, such as a decision's regressions; other heads are left alone.
    ///
    /// @throws InvalidRecordException naming the head that is missing or out of range
    public static Condition of(Map<String, Double> values) {
        return new Condition(
                value(values, Factor.WEAR),
                value(values, Factor.ALIGNMENT),
                value(values, Factor.LUBRICATION));
    }

    public double reading(Factor factor) {
        return switch (factor) {
            case WEAR -> wear;
            case ALIGNMENT -> alignment;
            case LUBRICATION -> lubrication;
        };
    }

    private static double value(Map<String, Double> values, Factor factor) {
        Double value = values.get(factor.head());
        if (value == null) {
            throw new InvalidRecordException(
                    "condition." + factor.head(), "is missing, there are " + values.keySet());
        }
        return value;
    }
}

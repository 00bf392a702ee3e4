package io.retort.contract.maintenance;

import io.retort.contract.InvalidRecordException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// How urgently a machine needs its mechanic, by the article's formula:
///
/// `0.4 * wear + 0.3 * (1 - alignment) + 0.3 * lubrication`
///
/// with lubrication as a need (see [Factor#LUBRICATION]); 0 is a machine as new, 1 the worst there
/// is. Every contribution is 0 or above, so the contributions explain the sum.
///
/// @param value in [0, 1], the sum of the contributions
/// @param reasons every factor, the largest contribution first; of equal ones the first in the
///   formula
public record Urgency(double value, List<Reason> reasons) {

    /// One factor's part in an urgency.
    ///
    /// @param reading of the head, in [0, 1]
    /// @param contribution to the urgency, from 0 to the factor's weight
    public record Reason(Factor factor, double reading, double contribution) {

        public Reason {
            requireBetween("reason.reading", reading, 1);
            requireBetween("reason.contribution", contribution, factor.weight());
        }

        static Reason of(Factor factor, Condition condition) {
            double reading = condition.reading(factor);
            return new Reason(factor, reading, factor.weight() * factor.severity(reading));
        }
    }

    public Urgency {
        reasons = List.copyOf(reasons);
        requireBetween("urgency.value", value, 1);
        List<Factor> ranked = reasons.stream().map(Reason::factor).sorted().toList();
        if (!ranked.equals(List.of(Factor.values()))) {
            throw new InvalidRecordException(
                    "urgency.reasons", "name " + ranked + ", must name every factor once");
        }
    }

    public static Urgency of(Condition condition) {
        List<Reason> reasons =
                Stream.of(Factor.values()).map(factor -> Reason.of(factor, condition)).toList();
        // The weights' sum may round to a little above 1.
        double value = Math.min(1, reasons.stream().mapToDouble(Reason::contribution).sum());
        return new Urgency(
                value,
                reasons.stream()
                        .sorted(Comparator.comparingDouble(Reason::contribution).reversed())
                        .toList());
    }

    private static void requireBetween(String field, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            throw new InvalidRecordException(field, "is " + value + ", allowed are 0 to " + most);
        }
    }
}

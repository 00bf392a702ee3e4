package io.retort.gateway.routing;

import io.retort.contract.InvalidRecordException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a plant wants its items sorted. Money is in the plant's own currency, per item.
///
/// @param reuseAbove quality above which an item is fit for reuse as it is
/// @param recycleBelow quality below which only its material is worth something; between them it is
///   fit for repair
/// @param uncertainBelow probability of the likeliest class below which somebody has to look
/// @param novelToManual whether somebody has to look at what is unlike all that the model was
///   tested on
/// @param manualCost of having somebody look at an item
/// @param bins none means that the quality alone says where an item goes
public record Policy(
        double reuseAbove,
        double recycleBelow,
        double uncertainBelow,
        boolean novelToManual,
        double manualCost,
        List<Bin> bins) {

    private static final int MOST_BINS = 256;

    /// Where items are put. A bin is worth to an item of class probabilities p what it is expected
    /// to bring:
    ///
    ///     value = price p(accepted) - contamination (1 - p(accepted)) - cost
    ///
    /// @param route that the item's quality must be fit for; null takes any
    /// @param accepts classes that are paid for; none takes all
    /// @param price paid for an item of an accepted class
    /// @param contamination what an item of any other class costs here
    /// @param cost of putting an item here, whatever it is
    /// @param purity expected share of accepted items that the bin must keep, above 0, at most 1
    /// @param capacity items until it has to be emptied
    public record Bin(
            String id,
            @Nullable Route route,
            List<String> accepts,
            double price,
            double contamination,
            double cost,
            @Nullable Double purity,
            @Nullable Long capacity) {

        public Bin {
            if (id == null || !id.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
                throw new InvalidRecordException(
                        "bins[].id",
                        "is "
                                + id
                                + ", must be 1 to 64 letters, digits, '.', '_' and '-', the first"
                                + " a letter or digit");
            }
            String field = "bins[" + id + "].";
            accepts = accepts == null ? List.of() : List.copyOf(accepts);
            if (route == Route.MANUAL) {
                throw new InvalidRecordException(
                        field + "route", "is manual, which is where no bin takes an item");
            }
            amount(field + "price", price);
            atLeastNothing(field + "contamination", contamination);
            atLeastNothing(field + "cost", cost);
            if (purity != null && !(purity > 0 && purity <= 1)) {
                throw new InvalidRecordException(
                        field + "purity", "is " + purity + ", must be above 0 and at most 1");
            }
            if (capacity != null && capacity < 1) {
                throw new InvalidRecordException(
                        field + "capacity", "is " + capacity + ", must be at least 1");
            }
        }

        /// What an item is expected to bring here that is accepted with this probability.
        double value(double accepted) {
            return accepted * price - (1 - accepted) * contamination - cost;
        }
    }

    public Policy {
        share("reuseAbove", reuseAbove);
        share("recycleBelow", recycleBelow);
        share("uncertainBelow", uncertainBelow);
        atLeastNothing("manualCost", manualCost);
        if (recycleBelow > reuseAbove) {
            throw new InvalidRecordException(
                    "recycleBelow",
                    "is %s, must be at most reuseAbove, %s".formatted(recycleBelow, reuseAbove));
        }
        bins = bins == null ? List.of() : List.copyOf(bins);
        if (bins.size() > MOST_BINS) {
            throw new InvalidRecordException(
                    "bins", "has " + bins.size() + " bins, at most " + MOST_BINS);
        }
        Set<String> ids = new HashSet<>();
        for (Bin bin : bins) {
            if (!ids.add(bin.id())) {
                throw new InvalidRecordException("bins[" + bin.id() + "]", "comes twice");
            }
        }
    }

    static Policy byQuality(
            double reuseAbove, double recycleBelow, double uncertainBelow, boolean novelToManual) {
        return new Policy(reuseAbove, recycleBelow, uncertainBelow, novelToManual, 0, List.of());
    }

    /// What an item of this quality is fit for.
    Route fit(double quality) {
        if (quality > reuseAbove) {
            return Route.REUSE;
        }
        return quality < recycleBelow ? Route.RECYCLE : Route.REPAIR;
    }

    private static void share(String field, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidRecordException(field, "is " + value + ", must be from 0 to 1");
        }
    }

    private static void amount(String field, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidRecordException(field, "is " + value + ", must be a number");
        }
    }

    private static void atLeastNothing(String field, double value) {
        amount(field, value);
        if (value < 0) {
            throw new InvalidRecordException(field, "is " + value + ", must not be below 0");
        }
    }
}

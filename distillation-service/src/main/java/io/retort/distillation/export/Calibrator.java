package io.retort.distillation.export;

import java.util.Arrays;
import java.util.Locale;

/// How the range that int8 holds is chosen from the values that a tensor was seen to take. Wide
/// ranges are coarse, narrow ones cut off what is rare.
public enum Calibrator {

    /// All that was seen.
    MIN_MAX {
        @Override
        Range range(Histogram seen) {
            return Range.of(seen.least(), seen.greatest());
        }
    },

    /// Without the rarest ten-thousandth at either end.
    PERCENTILE {
        @Override
        Range range(Histogram seen) {
            return without(seen, 1e-4);
        }
    },

    /// Without the rarest thousandth at either end.
    NARROW_PERCENTILE {
        @Override
        Range range(Histogram seen) {
            return without(seen, 1e-3);
        }
    },

    /// Where what int8 holds tells least apart from what was seen: the least Kullback-Leibler
    /// divergence of the histogram and its 256 levels (Migacz 2017, "8-bit inference with
    /// TensorRT").
    ENTROPY {
        @Override
        Range range(Histogram seen) {
            return best(seen, Calibrator::divergence);
        }
    },

    /// The least mean squared error of clipping and rounding together (Banner et al. 2019, eq. 1).
    MSE {
        @Override
        Range range(Histogram seen) {
            return best(seen, Calibrator::squaredError);
        }
    };

    private static final int LEVELS = 256;

    /// Ranges tried: the whole one, and ever narrower ones down to a fiftieth.
    private static final int STEPS = 100;

    private static final double NARROWER = 0.96;

    /// Share of a level that nothing but what was cut off lies in.
    private static final double UNTOLD = 1e-4;

    abstract Range range(Histogram seen);

    /// As settings and reports name it, such as `min-max`.
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Range without(Histogram seen, double rare) {
        double low = seen.quantile(rare) - seen.width();
        double high = seen.quantile(1 - rare);
        return Range.of(
                (float) Math.max(low, seen.least()), (float) Math.min(high, seen.greatest()));
    }

    @FunctionalInterface
    private interface Loss {
        double of(Histogram seen, Range range);
    }

    /// The upper end first, then the lower one: an outlier above says nothing of what lies below.
    private static Range best(Histogram seen, Loss loss) {
        Range upper = best(seen, Range.of(seen.least(), seen.greatest()), false, loss);
        return best(seen, upper, true, loss);
    }

    private static Range best(Histogram seen, Range whole, boolean lower, Loss loss) {
        Range best = whole;
        double least = loss.of(seen, best);
        double share = 1;
        for (int step = 1; step < STEPS; step++) {
            share *= NARROWER;
            Range narrower =
                    Range.of(
                            (float) (lower ? share * whole.least() : whole.least()),
                            (float) (lower ? whole.greatest() : share * whole.greatest()));
            double own = loss.of(seen, narrower);
            if (own < least) {
                least = own;
                best = narrower;
            }
        }
        return best;
    }

    private static double squaredError(Histogram seen, Range range) {
        double sum = 0;
        for (int bin = 0; bin < seen.counts().length; bin++) {
            if (seen.counts()[bin] > 0) {
                double value = seen.value(bin);
                double apart = value - range.scale() * (level(value, range) - range.zeroPoint());
                // A bin's values spread evenly around its middle.
                sum += seen.counts()[bin] * apart * apart;
            }
        }
        return sum;
    }

    private static int level(double value, Range range) {
        return (int)
                Math.clamp(Math.rint(value / range.scale()) + range.zeroPoint(), 0, LEVELS - 1);
    }

    /// Of what was seen, cut off at the range's ends, from what its levels tell: a level's count is
    /// shared evenly by the bins in it that hold anything. Rectified zeros are left out: every
    /// range holds them exactly, but a spike shared with its neighbours would call for levels as
    /// narrow as bins, whatever that cuts off. Other spikes (a background that is the same
    /// everywhere, pixels of 256 steps) still mislead it.
    private static double divergence(Histogram seen, Range range) {
        int bins = seen.counts().length;
        double[] inside = new double[bins];
        double[] counts = new double[LEVELS];
        int[] used = new int[LEVELS];
        int first = bins;
        int last = -1;
        for (int bin = 0; bin < bins; bin++) {
            double value = seen.value(bin);
            if (value >= range.least() && value <= range.greatest()) {
                first = Math.min(first, bin);
                last = bin;
            }
        }
        if (last < 0) {
            return Double.POSITIVE_INFINITY;
        }
        for (int bin = 0; bin < bins; bin++) {
            long count = seen.withoutZeros(bin);
            if (count > 0) {
                inside[Math.clamp(bin, first, last)] += count;
                if (bin >= first && bin <= last) {
                    counts[level(seen.value(bin), range)] += count;
                    used[level(seen.value(bin), range)]++;
                }
            }
        }
        double total = Arrays.stream(inside).sum();
        double told = 0;
        for (double count : counts) {
            told += count;
        }
        if (told == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double divergence = 0;
        for (int bin = first; bin <= last; bin++) {
            if (inside[bin] > 0) {
                int level = level(seen.value(bin), range);
                double share = used[level] == 0 ? UNTOLD : counts[level] / used[level] / told;
                divergence += inside[bin] / total * Math.log(inside[bin] / total / share);
            }
        }
        return divergence;
    }
}

package io.retort.distillation.export;

/// Which values a tensor was seen to hold.
///
/// @param least and greatest seen; bins part the way between them evenly
/// @param counts by bin
record Histogram(float least, float greatest, long[] counts) {

    /// Fine enough that a bin is an eighth of an int8 step over the whole range.
    private static final int BINS = 2048;

    static Histogram over(float least, float greatest) {
        return new Histogram(least, greatest, new long[BINS]);
    }

    void add(float value) {
        double width = width();
        int bin = width == 0 ? 0 : (int) ((value - least) / width);
        counts[Math.clamp(bin, 0, counts.length - 1)]++;
    }

    double width() {
        return ((double) greatest - least) / counts.length;
    }

    /// Middle of a bin.
    double value(int bin) {
        return least + (bin + 0.5) * width();
    }

    /// The bin's count; of the one that 0 lies in, its greater neighbour's.
    long withoutZeros(int bin) {
        int zero = width() == 0 ? 0 : Math.clamp((int) (-least / width()), 0, counts.length - 1);
        if (bin != zero) {
            return counts[bin];
        }
        return Math.max(
                bin > 0 ? counts[bin - 1] : 0, bin < counts.length - 1 ? counts[bin + 1] : 0);
    }

    long total() {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }

    /// The end of the first bin up to which at least so many values lie.
    double quantile(double share) {
        double wanted = share * total();
        long seen = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            seen += counts[bin];
            if (seen >= wanted) {
                return least + (bin + 1) * width();
            }
        }
        return greatest;
    }
}

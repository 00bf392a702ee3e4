package io.retort.distillation.export;

/// The values that a tensor takes, as uint8 holds them: value = scale x (q - zeroPoint) with q in
/// 0..255 (Jacob et al. 2018, eq. 1). Always includes 0, so that padding, absent modalities and
/// rectified values are exact.
record Range(float least, float greatest) {

    private static final int STEPS = 255;

    /// A tensor that is 0 throughout tells nothing of its scale.
    private static final Range UNIT = new Range(0, 1);

    Range {
        if (!(least <= 0 && greatest >= 0) || Float.isInfinite(least + greatest)) {
            throw new IllegalArgumentException(
                    "a range must be finite and include 0, not %s to %s"
                            .formatted(least, greatest));
        }
        if (Float.isInfinite(greatest - least)) {
            throw new IllegalArgumentException(
                    "%s to %s is too wide to quantize".formatted(least, greatest));
        }
    }

    /// The narrowest range of all values.
    static Range of(float least, float greatest) {
        Range range = new Range(Math.min(least, 0), Math.max(greatest, 0));
        return range.scale() < Float.MIN_NORMAL ? UNIT : range;
    }

    static Range unit() {
        return UNIT;
    }

    Range union(Range other) {
        return new Range(Math.min(least, other.least), Math.max(greatest, other.greatest));
    }

    /// Value of one step.
    float scale() {
        return (greatest - least) / STEPS;
    }

    /// The q of value 0, 0..255.
    int zeroPoint() {
        return Math.clamp((long) Math.rint(-least / scale()), 0, STEPS);
    }
}

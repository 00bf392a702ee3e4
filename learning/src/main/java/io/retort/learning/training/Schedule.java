package io.retort.learning.training;

import io.retort.contract.InvalidRecordException;

/// When a term counts, in shares of the run: nothing before `from`, then a linear ramp of length
/// `ramp` up to the term's weight, and nothing again from `until` on.
public record Schedule(double from, double until, double ramp) {

    /// From the first step to the last.
    public static final Schedule ALWAYS = new Schedule(0, 1, 0);

    public Schedule {
        require(from >= 0 && from < 1, "from", from, "in [0, 1)");
        require(until > from && until <= 1, "until", until, "above from and at most 1");
        require(ramp >= 0 && ramp <= until - from, "ramp", ramp, "between 0 and until - from");
    }

    /// What the term's weight is multiplied by when this share of the run is done.
    double factor(double done) {
        if (done < from || (done >= until && until < 1)) {
            return 0;
        }
        return ramp == 0 ? 1 : Math.min(1, (done - from) / ramp);
    }

    private static void require(boolean allowed, String field, double value, String rule) {
        if (!allowed) {
            throw new InvalidRecordException("schedule." + field, value + " is not " + rule);
        }
    }
}

package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;

/// Smooths with a least-squares polynomial over a moving odd window, or takes its derivative, per
/// sample step (Savitzky & Golay 1964). Window and polynomial are counts of samples and the degree.
public record SavitzkyGolay(int window, int polynomial, int derivative) implements Treatment {

    public SavitzkyGolay {
        if (window < 3 || window % 2 == 0) {
            throw new InvalidRecordException(
                    "savitzky-golay.window", "is " + window + ", must be odd and at least 3");
        }
        if (polynomial < 0 || polynomial >= window) {
            throw new InvalidRecordException(
                    "savitzky-golay.polynomial",
                    "is " + polynomial + ", must be below the window " + window);
        }
        if (derivative < 0 || derivative > polynomial) {
            throw new InvalidRecordException(
                    "savitzky-golay.derivative",
                    "is " + derivative + ", must be at most the polynomial " + polynomial);
        }
    }
}

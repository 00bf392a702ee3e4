package io.retort.gateway.routing;

/// What a bin holds since it was emptied.
///
/// @param items that were put there
/// @param accepted how many of them are expected to be of an accepted class
record Content(long items, double accepted) {

    static final Content NONE = new Content(0, 0);

    Content {
        if (items < 0 || !(accepted >= 0 && accepted <= items + 1e-6)) {
            throw new IllegalArgumentException(
                    "%s of %s items cannot be accepted".formatted(accepted, items));
        }
    }

    Content and(double probability) {
        return new Content(items + 1, accepted + probability);
    }

    /// Expected share of accepted items; 1 of nothing.
    double purity() {
        return items == 0 ? 1 : accepted / items;
    }
}

package io.retort.fleet.simulation;

import java.util.Locale;

/// What has befallen an item. The names are the schema's.
enum Degradation {
    PRISTINE(0),
    SCRATCHED(0.45),
    SOILED(0.40),
    FADED(0.50),
    CRACKED(0.90),
    DEFORMED(0.70),
    CORRODED(0.75),
    BURNT(0.95),
    OILY(0.45),
    MOIST(0.35);

    private final double loss;

    Degradation(double loss) {
        this.loss = loss;
    }

    /// Quality that is lost at full severity.
    double loss() {
        return loss;
    }

    String category() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.retort.fleet.simulation;

import static io.retort.fleet.simulation.Degradation.BURNT;
import static io.retort.fleet.simulation.Degradation.CORRODED;
import static io.retort.fleet.simulation.Degradation.CRACKED;
import static io.retort.fleet.simulation.Degradation.DEFORMED;
import static io.retort.fleet.simulation.Degradation.FADED;
import static io.retort.fleet.simulation.Degradation.MOIST;
import static io.retort.fleet.simulation.Degradation.OILY;
import static io.retort.fleet.simulation.Degradation.PRISTINE;
import static io.retort.fleet.simulation.Degradation.SCRATCHED;
import static io.retort.fleet.simulation.Degradation.SOILED;

import java.util.List;
import java.util.SplittableRandom;

/// Materials that age alike.
enum Family {
    POLYMER(1, 0.02, 0.25),
    METAL(2, 0, 0.10),
    PAPER(1, 0.16, 0.05),
    GLASS(5, 0, 0.25),
    WOOD(1.5, 0.20, 0.05),
    TEXTILE(1, 0.12, 0),
    RUBBER(1.5, 0.01, 0.02),
    MINERAL(3, 0.04, 0.02),
    COMPOSITE(1, 0.03, 0.1);

    private static final double UNHURT = 0.1;

    private final double thickness;
    private final double water;
    private final double labelled;

    Family(double thickness, double water, double labelled) {
        this.thickness = thickness;
        this.water = water;
        this.labelled = labelled;
    }

    /// One that befalls this family. A tenth is pristine beyond the list's share.
    Degradation degradation(SplittableRandom random) {
        List<Degradation> possible = degradations();
        return random.nextDouble() < UNHURT
                ? PRISTINE
                : possible.get(random.nextInt(possible.size()));
    }

    /// Those that befall it: plastics do not rust, and glass does not fade. One that is listed more
    /// often is more common.
    List<Degradation> degradations() {
        return switch (this) {
            case POLYMER, RUBBER ->
                    List.of(
                            PRISTINE, SCRATCHED, SOILED, FADED, CRACKED, DEFORMED, BURNT, OILY,
                            MOIST);
            case METAL ->
                    List.of(
                            PRISTINE, SCRATCHED, SOILED, DEFORMED, CORRODED, CORRODED, CORRODED,
                            CORRODED, OILY, MOIST);
            case PAPER -> List.of(PRISTINE, SCRATCHED, SOILED, FADED, DEFORMED, BURNT, OILY, MOIST);
            case GLASS -> List.of(PRISTINE, SCRATCHED, SOILED, CRACKED, CRACKED, OILY, MOIST);
            case WOOD -> List.of(PRISTINE, SCRATCHED, SOILED, FADED, CRACKED, BURNT, OILY, MOIST);
            case TEXTILE -> List.of(PRISTINE, SOILED, FADED, DEFORMED, BURNT, OILY, MOIST);
            case MINERAL ->
                    List.of(PRISTINE, SCRATCHED, SOILED, CRACKED, CRACKED, BURNT, OILY, MOIST);
            case COMPOSITE ->
                    List.of(
                            PRISTINE, SCRATCHED, SOILED, FADED, CRACKED, DEFORMED, CORRODED, BURNT,
                            BURNT, OILY, MOIST);
        };
    }

    /// How much thicker its items are than those of plastic.
    double thickness() {
        return thickness;
    }

    /// Water in the dry item, in units of the water layer.
    double water() {
        return water;
    }

    /// Share of items with a label on them.
    double labelled() {
        return labelled;
    }
}

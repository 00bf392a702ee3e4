package io.retort.fleet.simulation;

import java.util.SplittableRandom;

/// One look: how the item lies, and the light, heat and luck of the moment. Image coordinates are
/// -1 to 1 to the right and down.
///
/// @param scale of the item in the image
/// @param lightAngle where the lamp stands, in radians
/// @param light exposure; 1 is well lit
/// @param warmth of the light, -1 bluish to 1 yellowish
/// @param gradient relative change of the light over the image
/// @param blur whether the belt's speed smears the image
/// @param ambient temperature of belt and item before the heater, in K
/// @param heat that the heater puts out, in W/m2
/// @param pulse for which it does so, in s
record View(
        double cosine,
        double sine,
        double scale,
        double x,
        double y,
        boolean mirrored,
        double lightAngle,
        double light,
        double warmth,
        double gradient,
        boolean blur,
        double ambient,
        double heat,
        double pulse) {

    private static final double DIM = 0.15;

    static View draw(Station station, SplittableRandom random) {
        double angle = Seeds.between(random, 0, Math.TAU);
        return new View(
                Math.cos(angle),
                Math.sin(angle),
                Seeds.between(random, 0.72, 1.0),
                Seeds.between(random, -0.10, 0.10),
                Seeds.between(random, -0.10, 0.10),
                random.nextBoolean(),
                Seeds.between(random, 0, Math.TAU),
                random.nextDouble() < DIM
                        ? Seeds.between(random, 0.12, 0.4)
                        : Seeds.between(random, 0.75, 1.15),
                Math.clamp(station.warmth() + 0.25 * random.nextGaussian(), -1.0, 1.0),
                Seeds.between(random, 0, 0.35),
                random.nextDouble() < 0.15,
                295 + 2.5 * random.nextGaussian(),
                2600 * Math.exp(0.06 * random.nextGaussian()),
                8 * Math.exp(0.05 * random.nextGaussian()));
    }

    /// Item coordinate across, of a point of the image.
    double across(double px, double py) {
        double u = ((px - x) * cosine + (py - y) * sine) / scale;
        return mirrored ? -u : u;
    }

    /// Item coordinate along.
    double along(double px, double py) {
        return ((py - y) * cosine - (px - x) * sine) / scale;
    }
}

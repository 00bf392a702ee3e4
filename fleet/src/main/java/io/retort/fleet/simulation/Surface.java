package io.retort.fleet.simulation;

import java.util.SplittableRandom;

/// Shape and flaws of a specimen in item coordinates, the same for the camera and the thermal
/// camera.
final class Surface {

    private static final int NUMBERS = 4;

    private final Specimen specimen;
    private final Noise noise;
    private final double dent;
    private final double crumple;

    /// Segments as x0, y0, x1, y1.
    private final double[] scratches;

    private final double[] cracks;

    Surface(Specimen specimen) {
        this.specimen = specimen;
        this.noise = new Noise(specimen.seed());
        SplittableRandom random = Seeds.random(specimen.seed(), 21);
        this.dent = 0.34 * specimen.severity(Degradation.DEFORMED);
        this.crumple = crumple(specimen);
        this.scratches = scratches(specimen, random);
        this.cracks = cracks(specimen.severity(Degradation.CRACKED), random);
    }

    Noise noise() {
        return noise;
    }

    /// Below 0 inside.
    double distance(double u, double v) {
        double across = u / specimen.stretch();
        double along = v * specimen.stretch();
        if (dent > 0) {
            double bentAcross = across + dent * noise.at(1.7 * u + 40, 1.7 * v);
            along += dent * noise.at(1.7 * u, 1.7 * v - 40);
            across = bentAcross;
        }
        double distance = specimen.form().distance(across, along);
        double bitten = specimen.severity(Degradation.BURNT);
        return bitten > 0.5
                ? distance + 0.25 * (bitten - 0.5) * (1 + noise.at(4 * u, 4 * v))
                : distance;
    }

    double relief(double u, double v, double inside) {
        double relief = specimen.form().relief(u, v, inside);
        if (crumple > 0) {
            relief += crumple * noise.rough(2.2 * u + 9, 2.2 * v);
        }
        return relief;
    }

    /// How much of the point is in a patch, 0 to 1. About `share` of the surface is.
    double patch(double u, double v, double share, double size, int kind) {
        double threshold = 0.62 - 1.24 * share;
        double value = noise.rough(u / size + 13 * kind, v / size - 7 * kind);
        return share <= 0 ? 0 : Noise.step(threshold - 0.10, threshold + 0.14, 1.5 * value);
    }

    double scratch(double u, double v) {
        return line(scratches, u, v, 0.018);
    }

    double crack(double u, double v) {
        return line(cracks, u, v, 0.030);
    }

    private static double crumple(Specimen specimen) {
        double usual =
                switch (specimen.form()) {
                    case SHEET, CLOTH, SHARD -> 0.05;
                    case CAN, BOTTLE, CUP, TRAY -> 0.02;
                    case BLOCK, TUBE, DISC, RING, PLANK, PROFILE, BOARD -> 0;
                };
        return usual * (1 + specimen.age()) + 0.30 * specimen.severity(Degradation.DEFORMED);
    }

    private static double[] scratches(Specimen specimen, SplittableRandom random) {
        double severity = specimen.severity(Degradation.SCRATCHED);
        int count = severity > 0 ? 6 + (int) (14 * severity) : (int) (3 * specimen.age());
        double[] segments = new double[NUMBERS * count];
        double direction = Seeds.between(random, 0, Math.PI);
        for (int i = 0; i < segments.length; i += NUMBERS) {
            double angle = direction + 0.5 * random.nextGaussian();
            double length = Seeds.between(random, 0.2, 0.9);
            segments[i] = Seeds.between(random, -0.7, 0.7);
            segments[i + 1] = Seeds.between(random, -0.7, 0.7);
            segments[i + 2] = segments[i] + length * Math.cos(angle);
            segments[i + 3] = segments[i + 1] + length * Math.sin(angle);
        }
        return segments;
    }

    /// Branches of short steps that wander off from the middle.
    private static double[] cracks(double severity, SplittableRandom random) {
        if (severity == 0) {
            return new double[0];
        }
        int branches = 2 + (int) (4 * severity);
        int steps = 5;
        double[] segments = new double[NUMBERS * branches * steps];
        double x0 = Seeds.between(random, -0.25, 0.25);
        double y0 = Seeds.between(random, -0.25, 0.25);
        int at = 0;
        for (int branch = 0; branch < branches; branch++) {
            double angle = Math.TAU * branch / branches + 0.4 * random.nextGaussian();
            double x = x0;
            double y = y0;
            for (int step = 0; step < steps; step++) {
                angle += 0.45 * random.nextGaussian();
                double length = Seeds.between(random, 0.10, 0.26);
                segments[at] = x;
                segments[at + 1] = y;
                x += length * Math.cos(angle);
                y += length * Math.sin(angle);
                segments[at + 2] = x;
                segments[at + 3] = y;
                at += NUMBERS;
            }
        }
        return segments;
    }

    /// 1 on the nearest segment, falling to 0 at `width` from it.
    private static double line(double[] segments, double u, double v, double width) {
        double nearest = width * width;
        for (int i = 0; i < segments.length; i += NUMBERS) {
            double dx = segments[i + 2] - segments[i];
            double dy = segments[i + 3] - segments[i + 1];
            double px = u - segments[i];
            double py = v - segments[i + 1];
            double part = Math.clamp((px * dx + py * dy) / (dx * dx + dy * dy), 0.0, 1.0);
            double x = px - part * dx;
            double y = py - part * dy;
            nearest = Math.min(nearest, x * x + y * y);
        }
        return 1 - Math.sqrt(nearest) / width;
    }
}

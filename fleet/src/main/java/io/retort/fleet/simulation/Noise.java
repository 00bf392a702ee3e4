package io.retort.fleet.simulation;

/// Smooth noise over the plane in [-1, 1], from values on a lattice of whole numbers.
public record Noise(int seed) {

    double at(double x, double y) {
        int x0 = (int) Math.floor(x);
        int y0 = (int) Math.floor(y);
        double u = smooth(x - x0);
        double v = smooth(y - y0);
        double top = lattice(x0, y0) + u * (lattice(x0 + 1, y0) - lattice(x0, y0));
        double bottom = lattice(x0, y0 + 1) + u * (lattice(x0 + 1, y0 + 1) - lattice(x0, y0 + 1));
        return top + v * (bottom - top);
    }

    /// Three octaves.
    public double rough(double x, double y) {
        return 0.57 * at(x, y)
                + 0.29 * at(2.1 * x + 17, 2.1 * y + 5)
                + 0.14 * at(4.3 * x - 9, 4.3 * y + 31);
    }

    private double lattice(int x, int y) {
        int h = seed + x * 0x27d4eb2d + y * 0x165667b1;
        h = (h ^ (h >>> 15)) * 0x2c1b3c6d;
        h = (h ^ (h >>> 12)) * 0x297a2d39;
        return (h ^ (h >>> 15)) * 0x1p-31;
    }

    private static double smooth(double t) {
        return t * t * (3 - 2 * t);
    }

    /// 0 below `low`, 1 above `high`, smooth between.
    static double step(double low, double high, double x) {
        return smooth(Math.clamp((x - low) / (high - low), 0.0, 1.0));
    }
}

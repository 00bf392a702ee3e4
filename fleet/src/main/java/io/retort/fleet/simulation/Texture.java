package io.retort.fleet.simulation;

/// How brightness varies over a material, about 1.
enum Texture {
    PLAIN {
        @Override
        double brightness(double u, double v, Noise noise) {
            return 1 + 0.03 * noise.at(6 * u, 6 * v);
        }
    },
    BRUSHED {
        @Override
        double brightness(double u, double v, Noise noise) {
            return 1 + 0.12 * noise.at(2.5 * u, 40 * v) + 0.05 * noise.at(5 * u, 5 * v);
        }
    },
    FIBROUS {
        @Override
        double brightness(double u, double v, Noise noise) {
            return 1 + 0.10 * noise.at(30 * u, 30 * v) + 0.06 * noise.at(9 * u, 14 * v);
        }
    },
    GRAIN {
        @Override
        double brightness(double u, double v, Noise noise) {
            double across = 16 * v + 3 * noise.at(1.5 * u, 3 * v) + 0.8 * noise.at(6 * u, 12 * v);
            return 1 + 0.15 * Math.sin(across) + 0.06 * noise.at(6 * u, 40 * v);
        }
    },
    WEAVE {
        @Override
        double brightness(double u, double v, Noise noise) {
            return 1 + 0.11 * Math.sin(40 * u) * Math.sin(40 * v) + 0.09 * noise.at(24 * u, 24 * v);
        }
    },
    SPECKLE {
        @Override
        double brightness(double u, double v, Noise noise) {
            double grains = noise.at(22 * u, 22 * v);
            return 1 + 0.08 * noise.rough(5 * u, 5 * v) - 0.16 * Noise.step(0.45, 0.6, grains);
        }
    },
    CORRUGATED {
        @Override
        double brightness(double u, double v, Noise noise) {
            return 1 + 0.07 * Math.sin(34 * v) + 0.06 * noise.at(18 * u, 18 * v);
        }
    },
    PRINT {
        @Override
        double brightness(double u, double v, Noise noise) {
            double line = Math.sin(30 * v);
            double words = noise.at(14 * u, Math.rint(30 * v / Math.TAU) * 7.3);
            boolean column = noise.at(1.4 * u + 50, 1.4 * v) > -0.35;
            double ink = column ? Noise.step(0.2, 0.6, line) * Noise.step(-0.3, -0.1, words) : 0;
            return 1 + 0.03 * noise.at(20 * u, 20 * v) - 0.35 * ink;
        }
    },
    FOAM {
        @Override
        double brightness(double u, double v, Noise noise) {
            double cells = noise.at(17 * u, 17 * v);
            return 1 + 0.10 * noise.at(5 * u, 5 * v) - 0.22 * Noise.step(0.3, 0.6, cells);
        }
    },
    CIRCUIT {
        @Override
        double brightness(double u, double v, Noise noise) {
            double parts = noise.at(Math.rint(5 * u) * 3.7, Math.rint(6 * v) * 5.1);
            double traces = Math.sin(36 * (parts > 0 ? u : v));
            double pads = Noise.step(0.75, 0.9, traces) * 0.5;
            return parts > 0.45 ? 0.25 : parts < -0.6 ? 2.2 : 1 + pads;
        }
    };

    abstract double brightness(double u, double v, Noise noise);
}

package io.retort.fleet.simulation;

/// Outlines and reliefs of items, in item coordinates of about -1 to 1.
enum Form {
    BOTTLE(0.5) {
        @Override
        double distance(double u, double v) {
            double body = box(u, v - 0.2, 0.40, 0.70, 0.14);
            double shoulder = Math.max(Math.abs(v + 0.52) - 0.14, Math.abs(u) - 0.3 - (v + 0.5));
            double neck = box(u, v + 0.72, 0.13, 0.24, 0.02);
            return Math.min(Math.min(body, shoulder), neck);
        }

        @Override
        double relief(double u, double v, double inside) {
            return round(u, v < -0.55 ? 0.14 : 0.42);
        }
    },
    CUP(0.8) {
        @Override
        double distance(double u, double v) {
            return Math.max(Math.abs(u) - 0.46 + 0.16 * v, Math.abs(v) - 0.66);
        }

        @Override
        double relief(double u, double v, double inside) {
            return round(u, 0.5 - 0.16 * v) + 0.12 * ridge(v + 0.6, 0.05);
        }
    },
    TRAY(0.7) {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.80, 0.56, 0.16);
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.3 * ridge(inside - 0.08, 0.06) - 0.15 * Noise.step(0.14, 0.2, inside);
        }
    },
    SHEET(0.35) {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.78, 0.70, 0.02);
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.02 * Math.sin(2.6 * u + 1.3 * v);
        }
    },
    BLOCK(8) {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.62, 0.50, 0.06);
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.14 * Noise.step(0, 0.12, inside);
        }
    },
    TUBE(2) {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.92, 0.22, 0.02);
        }

        @Override
        double relief(double u, double v, double inside) {
            return round(v, 0.23);
        }
    },
    DISC(2) {
        @Override
        double distance(double u, double v) {
            return Math.hypot(u, v) - 0.64;
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.10 * ridge(inside - 0.06, 0.05) - 0.04 * Noise.step(0.3, 0.34, inside);
        }
    },
    SHARD(3) {
        @Override
        double distance(double u, double v) {
            double distance = Math.max(v - 0.55, -0.94 * u - 0.34 * v - 0.56);
            distance = Math.max(distance, 0.5 * u - 0.87 * v - 0.48);
            distance = Math.max(distance, 0.97 * u + 0.26 * v - 0.60);
            return Math.max(distance, -0.42 * u - 0.91 * v - 0.62);
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.16 * u * u + 0.06 * Noise.step(0, 0.06, inside);
        }
    },
    RING(3) {
        @Override
        double distance(double u, double v) {
            return Math.abs(Math.hypot(u, v) - 0.56) - 0.16;
        }

        @Override
        double relief(double u, double v, double inside) {
            return round(Math.hypot(u, v) - 0.56, 0.17);
        }
    },
    CAN(0.25) {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.42, 0.72, 0.05);
        }

        @Override
        double relief(double u, double v, double inside) {
            return round(u, 0.44) + 0.05 * ridge(Math.abs(v) - 0.64, 0.03);
        }
    },
    PLANK(10) {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.94, 0.30, 0.02);
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.10 * Noise.step(0, 0.06, inside);
        }
    },
    CLOTH(0.9) {
        @Override
        double distance(double u, double v) {
            double angle = Math.atan2(v, u);
            return Math.hypot(u, v)
                    - 0.66
                    - 0.09 * Math.sin(3 * angle + 0.7)
                    - 0.05 * Math.sin(5 * angle);
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.09 * Math.sin(7 * u + 3 * v + 2 * Math.sin(3 * v))
                    + 0.06 * Math.sin(5 * v - 4 * u * v);
        }
    },
    PROFILE(3) {
        @Override
        double distance(double u, double v) {
            return Math.min(box(u + 0.5, v, 0.16, 0.72, 0.02), box(u, v - 0.56, 0.66, 0.16, 0.02));
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.10 * Noise.step(0, 0.05, inside);
        }
    },
    BOARD(1.6) {
        @Override
        double distance(double u, double v) {
            return box(u, v, 0.78, 0.58, 0.03);
        }

        @Override
        double relief(double u, double v, double inside) {
            return 0.03 * Noise.step(0, 0.03, inside);
        }
    };

    private final double thickness;

    Form(double thickness) {
        this.thickness = thickness;
    }

    /// Below 0 inside; about the distance from the outline.
    abstract double distance(double u, double v);

    /// Height over the belt, up to a constant.
    ///
    /// @param inside how far from the outline
    abstract double relief(double u, double v, double inside);

    /// Of the wall, in mm, where it is made of plastic.
    double thickness() {
        return thickness;
    }

    private static double box(double u, double v, double halfWidth, double halfHeight, double r) {
        double x = Math.abs(u) - halfWidth + r;
        double y = Math.abs(v) - halfHeight + r;
        double outside = Math.hypot(Math.max(x, 0), Math.max(y, 0));
        return outside + Math.min(Math.max(x, y), 0) - r;
    }

    /// A lying cylinder's height.
    private static double round(double across, double radius) {
        double square = radius * radius - across * across;
        return Math.sqrt(Math.max(square, 0.02 * radius * radius));
    }

    private static double ridge(double across, double width) {
        double apart = across / width;
        return Math.exp(-apart * apart);
    }
}

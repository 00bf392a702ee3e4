package io.retort.fleet.simulation;

/// Linear red, green and blue, 1 for a perfect white surface under full light.
record Colour(double red, double green, double blue) {

    /// From sRGB in hex, such as `c93c36`.
    static Colour of(String hex) {
        int rgb = Integer.parseInt(hex, 16);
        return new Colour(linear(rgb >> 16 & 0xff), linear(rgb >> 8 & 0xff), linear(rgb & 0xff));
    }

    Colour mix(Colour other, double part) {
        return new Colour(
                red + part * (other.red - red),
                green + part * (other.green - green),
                blue + part * (other.blue - blue));
    }

    Colour times(double factor) {
        return new Colour(red * factor, green * factor, blue * factor);
    }

    Colour times(Colour other) {
        return new Colour(red * other.red, green * other.green, blue * other.blue);
    }

    Colour plus(Colour other) {
        return new Colour(red + other.red, green + other.green, blue + other.blue);
    }

    double luminance() {
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }

    private static double linear(int sample) {
        double s = sample / 255.0;
        return s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4);
    }
}

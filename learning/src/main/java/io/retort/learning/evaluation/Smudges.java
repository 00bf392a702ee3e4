package io.retort.learning.evaluation;

import java.util.SplittableRandom;

/// Dirt on the window in front of a camera: ellipses at random places until enough is covered.
final class Smudges {

    private static final double COVERED = 0.15;

    /// Of a smudge's half-axes, as shares of the image's sides.
    private static final double SMALLEST = 0.04;

    private static final double LARGEST = 0.10;

    /// Of what a smudge takes in its middle.
    private static final double LIGHTEST = 0.5;

    private static final double DARKEST = 0.85;

    /// Share of the half-axis over which a smudge fades out.
    private static final double RIM = 0.4;

    private Smudges() {}

    /// @return opacity per pixel (height x width), 0 where clean; where smudges overlap, the darker
    ///   counts
    static float[] of(int height, int width, SplittableRandom random) {
        float[] opacity = new float[height * width];
        int covered = 0;
        while (covered < COVERED * opacity.length) {
            // The middle is a pixel, so that the smallest of smudges covers one.
            int middleY = random.nextInt(height);
            int middleX = random.nextInt(width);
            double halfY = height * random.nextDouble(SMALLEST, LARGEST);
            double halfX = width * random.nextDouble(SMALLEST, LARGEST);
            double darkness = random.nextDouble(LIGHTEST, DARKEST);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double distance = Math.hypot((y - middleY) / halfY, (x - middleX) / halfX);
                    if (distance < 1) {
                        int at = y * width + x;
                        covered += opacity[at] == 0 ? 1 : 0;
                        float here = (float) (darkness * Math.min(1, (1 - distance) / RIM));
                        opacity[at] = Math.max(opacity[at], here);
                    }
                }
            }
        }
        return opacity;
    }
}

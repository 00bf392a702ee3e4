package io.retort.learning.loss;

import ai.djl.ndarray.NDArray;

/// Squared distance between attention maps: the mean over channels of squared activations, divided
/// by its L2 norm over the map (Zagoruyko & Komodakis 2017, eq. 1 and 2).
public final class AttentionTransfer {

    private static final float LEAST = 1e-12f;

    private AttentionTransfer() {}

    /// @param spatial B x C x h x w activations
    /// @param teacher B x (h * w) normalised maps
    public static NDArray of(NDArray spatial, Target teacher) {
        NDArray difference = map(spatial).sub(teacher.values());
        return difference
                .mul(difference)
                .mul(teacher.weights())
                .sum()
                .div(Scalar.of(spatial, teacher.total()));
    }

    /// B x C x h x w to B x (h * w); a map of zeros stays one. The clamp also keeps maps of
    /// activations below about 1e-3 shorter than 1, whose gradients would grow as the activations
    /// vanish.
    static NDArray map(NDArray spatial) {
        NDArray squared =
                spatial.mul(spatial).mean(new int[] {1}).reshape(spatial.getShape().get(0), -1);
        NDArray norm =
                squared.mul(squared)
                        .sum(new int[] {1}, true)
                        .maximum(Scalar.of(spatial, LEAST))
                        .sqrt();
        return squared.div(norm);
    }

    /// A map on another grid, by the mean over the area that each cell covers, normalised again.
    public static float[] resample(float[] map, int height, int width, int toHeight, int toWidth) {
        float[] resampled = new float[toHeight * toWidth];
        double squares = 0;
        for (int y = 0; y < toHeight; y++) {
            double top = (double) y * height / toHeight;
            double bottom = (double) (y + 1) * height / toHeight;
            for (int x = 0; x < toWidth; x++) {
                double left = (double) x * width / toWidth;
                double right = (double) (x + 1) * width / toWidth;
                double sum = 0;
                for (int sy = (int) top; sy < Math.min(height, Math.ceil(bottom)); sy++) {
                    double high = Math.min(bottom, sy + 1.0) - Math.max(top, sy);
                    for (int sx = (int) left; sx < Math.min(width, Math.ceil(right)); sx++) {
                        double wide = Math.min(right, sx + 1.0) - Math.max(left, sx);
                        sum += high * wide * map[sy * width + sx];
                    }
                }
                double mean = sum / ((bottom - top) * (right - left));
                resampled[y * toWidth + x] = (float) mean;
                squares += mean * mean;
            }
        }
        if (squares > 0) {
            float norm = (float) Math.sqrt(squares);
            for (int i = 0; i < resampled.length; i++) {
                resampled[i] /= norm;
            }
        }
        return resampled;
    }
}

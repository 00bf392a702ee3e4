package io.retort.preprocessing;

/// One axis of an antialiased bilinear resize: a triangle over the source samples that is two
/// target samples wide when shrinking and two source samples wide when growing, cut off at the
/// borders and normalised to 1. Sample centres lie at i + 0.5. Equal sizes give the identity.
///
/// @param starts first source sample, by target sample; ascending
/// @param weights of the source samples from the start on, by target sample
record Filter(int source, int target, int[] starts, float[][] weights) {

    static Filter of(int source, int target) {
        double step = (double) source / target;
        double radius = Math.max(step, 1);
        int[] starts = new int[target];
        float[][] weights = new float[target][];
        for (int i = 0; i < target; i++) {
            double centre = (i + 0.5) * step;
            int start = Math.max(0, (int) Math.floor(centre - radius + 0.5));
            int end = Math.min(source, (int) Math.ceil(centre + radius - 0.5));
            double[] triangle = new double[end - start];
            double sum = 0;
            for (int s = start; s < end; s++) {
                triangle[s - start] = Math.max(0, 1 - Math.abs(s + 0.5 - centre) / radius);
                sum += triangle[s - start];
            }
            starts[i] = start;
            weights[i] = new float[triangle.length];
            for (int s = 0; s < triangle.length; s++) {
                weights[i][s] = (float) (triangle[s] / sum);
            }
        }
        return new Filter(source, target, starts, weights);
    }

    int end(int i) {
        return starts[i] + weights[i].length;
    }

    /// One band of a row of interleaved samples, shrunk or grown into `row`.
    void apply(float[] samples, int band, int bands, float[] row) {
        for (int i = 0; i < target; i++) {
            float[] triangle = weights[i];
            int at = starts[i] * bands + band;
            float sum = 0;
            for (float weight : triangle) {
                sum += weight * samples[at];
                at += bands;
            }
            row[i] = sum;
        }
    }
}

package io.retort.learning.teacher;

import io.retort.learning.architecture.Architecture;
import io.retort.learning.model.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// What one network would say with parts of its fused vector dropped as in training (Monte Carlo
/// dropout, Gal & Ghahramani 2016, section 4). Dropout lies between the fused vector and the linear
/// heads, so passes need neither the encoders nor the batch statistics of training.
///
/// The masks are drawn once and are the same for every capture and network: the same capture gets
/// the same answer, and captures can be compared.
final class DropoutPasses {

    private static final int PASSES = 16;
    private static final long SEED = 20160625;

    private final float[][] masks;

    DropoutPasses(Architecture architecture) {
        SplittableRandom random = new SplittableRandom(SEED);
        float keep = (float) (1 / (1 - architecture.dropout()));
        this.masks = new float[PASSES][architecture.fusion()];
        for (float[] mask : masks) {
            for (int i = 0; i < mask.length; i++) {
                mask[i] = random.nextDouble() < architecture.dropout() ? 0 : keep;
            }
        }
    }

    /// The head's outputs, one row per pass.
    List<float[]> of(Weights weights, String head, float[] fused) {
        float[] weight = weights.tensor("heads." + head + ".weight").values();
        float[] bias = weights.tensor("heads." + head + ".bias").values();
        List<float[]> rows = new ArrayList<>();
        for (float[] mask : masks) {
            float[] row = new float[bias.length];
            for (int o = 0; o < row.length; o++) {
                double sum = bias[o];
                for (int i = 0; i < fused.length; i++) {
                    sum += (double) weight[o * fused.length + i] * fused[i] * mask[i];
                }
                row[o] = (float) sum;
            }
            rows.add(row);
        }
        return rows;
    }
}

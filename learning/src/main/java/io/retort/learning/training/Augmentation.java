package io.retort.learning.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// How much an example is varied in each step without changing what it is. All images of one
/// example, and the teacher's attention maps, are moved alike.
///
/// @param flip whether images are flipped, horizontally and vertically
/// @param shift largest move of an image, as a share of its side
/// @param rotation largest turn of an image, in degrees
/// @param scale largest change of an image's size, as a share
/// @param light largest change of brightness and of contrast of colour images, as a share
/// @param noise deviation of the noise on vectors and signals, in the tensor's unit
public record Augmentation(
        boolean flip, double shift, double rotation, double scale, double light, double noise) {

    public Augmentation {
        require(shift >= 0 && shift <= 0.5, "shift", shift, "0 to 0.5");
        require(rotation >= 0 && rotation <= 180, "rotation", rotation, "0 to 180");
        require(scale >= 0 && scale <= 0.9, "scale", scale, "0 to 0.9");
        require(light >= 0 && light <= 0.9, "light", light, "0 to 0.9");
        require(noise >= 0 && noise <= 10, "noise", noise, "0 to 10");
    }

    public static Augmentation none() {
        return new Augmentation(false, 0, 0, 0, 0, 0);
    }

    /// Flips, and moves by up to a twelfth.
    public static Augmentation slight() {
        return new Augmentation(true, 1 / 12.0, 0, 0, 0, 0);
    }

    /// One draw of everything that varies.
    Variation draw(SplittableRandom random) {
        boolean horizontal = flip && random.nextBoolean();
        boolean vertical = flip && random.nextBoolean();
        double angle = Math.toRadians(uniform(random, rotation));
        double zoom = 1 / (1 + uniform(random, scale));
        double right = uniform(random, shift);
        double down = uniform(random, shift);
        double gain = 1 + uniform(random, light);
        double offset = uniform(random, light) / 2;
        return new Variation(
                this, horizontal, vertical, angle, zoom, right, down, gain, offset, random.split());
    }

    private static double uniform(SplittableRandom random, double limit) {
        return limit == 0 ? 0 : random.nextDouble(-limit, limit);
    }

    private static void require(boolean allowed, String field, double value, String rule) {
        if (!allowed) {
            throw new InvalidRecordException(
                    "augmentation." + field, value + " is not allowed: " + rule);
        }
    }

    /// @param angle in radians
    /// @param zoom size of the source's window beside the image's
    /// @param right and down, of the content, as shares of width and height
    /// @param gain on samples before they were normalised; 0.5 is kept as it is
    record Variation(
            Augmentation augmentation,
            boolean horizontal,
            boolean vertical,
            double angle,
            double zoom,
            double right,
            double down,
            double gain,
            double offset,
            SplittableRandom noise) {

        Map<String, float[]> apply(Schema schema, Map<String, float[]> inputs, List<String> kept) {
            Map<String, float[]> varied = new LinkedHashMap<>();
            inputs.forEach((name, tensor) -> {
                if (kept.contains(name)) {
                    varied.put(name, apply(schema.modality(name), tensor));
                }
            });
            return varied;
        }

        private float[] apply(Modality modality, float[] tensor) {
            return switch (modality) {
                case ImageModality image ->
                        lit(image, moved(image.channels(), image.height(), image.width(), tensor));
                case VectorModality _,
                        SignalModality _,
                        SignalSummaryModality _,
                        ImageSummaryModality _ ->
                        noisy(tensor);
            };
        }

        /// channels x height x width, sampled bilinearly; the border is repeated where the content
        /// leaves a gap.
        float[] moved(int channels, int height, int width, float[] tensor) {
            if (angle == 0 && zoom == 1) {
                return shifted(channels, height, width, tensor);
            }
            float[] moved = new float[tensor.length];
            double aspect = (double) width / height;
            double cos = Math.cos(angle) * zoom;
            double sin = Math.sin(angle) * zoom;
            for (int y = 0; y < height; y++) {
                double v = (y + 0.5) / height - 0.5 - down;
                for (int x = 0; x < width; x++) {
                    double u = ((x + 0.5) / width - 0.5 - right) * aspect;
                    double su = (cos * u + sin * v) / aspect;
                    double sv = cos * v - sin * u;
                    double sx = ((horizontal ? -su : su) + 0.5) * width - 0.5;
                    double sy = ((vertical ? -sv : sv) + 0.5) * height - 0.5;
                    int x0 = (int) Math.floor(sx);
                    int y0 = (int) Math.floor(sy);
                    float fx = (float) (sx - x0);
                    float fy = (float) (sy - y0);
                    int left = Math.clamp(x0, 0, width - 1);
                    int next = Math.clamp(x0 + 1, 0, width - 1);
                    int above = Math.clamp(y0, 0, height - 1) * width;
                    int below = Math.clamp(y0 + 1, 0, height - 1) * width;
                    for (int c = 0; c < channels; c++) {
                        int plane = c * height * width;
                        float top =
                                tensor[plane + above + left] * (1 - fx)
                                        + tensor[plane + above + next] * fx;
                        float bottom =
                                tensor[plane + below + left] * (1 - fx)
                                        + tensor[plane + below + next] * fx;
                        moved[plane + y * width + x] = top * (1 - fy) + bottom * fy;
                    }
                }
            }
            return moved;
        }

        /// By whole pixels, without sampling.
        private float[] shifted(int channels, int height, int width, float[] tensor) {
            int dx = (int) Math.round(right * width);
            int dy = (int) Math.round(down * height);
            if (dx == 0 && dy == 0 && !horizontal && !vertical) {
                return tensor;
            }
            float[] moved = new float[tensor.length];
            for (int row = 0; row < channels * height; row++) {
                int y = Math.clamp(row % height - dy, 0, height - 1);
                int source = (row / height * height + (vertical ? height - 1 - y : y)) * width;
                for (int x = 0; x < width; x++) {
                    int from = Math.clamp(x - dx, 0, width - 1);
                    moved[row * width + x] =
                            tensor[source + (horizontal ? width - 1 - from : from)];
                }
            }
            return moved;
        }

        /// The change is one of the samples as they were before normalisation.
        private float[] lit(ImageModality image, float[] tensor) {
            if (image.channels() != 3 || (gain == 1 && offset == 0)) {
                return tensor;
            }
            float[] lit = new float[tensor.length];
            int plane = image.height() * image.width();
            for (int c = 0; c < image.channels(); c++) {
                double mean = image.mean().get(c);
                double deviation = image.deviation().get(c);
                float factor = (float) gain;
                float summand = (float) (((gain - 1) * (mean - 0.5) + offset) / deviation);
                for (int i = c * plane; i < (c + 1) * plane; i++) {
                    lit[i] = tensor[i] * factor + summand;
                }
            }
            return lit;
        }

        private float[] noisy(float[] tensor) {
            if (augmentation.noise == 0) {
                return tensor;
            }
            float[] noisy = tensor.clone();
            for (int i = 0; i < noisy.length; i++) {
                noisy[i] += (float) (noise.nextGaussian() * augmentation.noise);
            }
            return noisy;
        }
    }
}

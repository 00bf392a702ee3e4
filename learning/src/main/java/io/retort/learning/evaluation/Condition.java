package io.retort.learning.evaluation;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// What goes wrong in front of a camera without changing what is on the belt: slices of an
/// evaluation that show how far answers hold.
///
/// Images of three channels are colour and those of one whose scale is 1/255 are grey pictures;
/// both have raw samples of 0 to 255. Every other image of one channel is taken for radiometric
/// thermal: its samples are emitted heat, so darkness leaves them alone, and dirt on its window
/// pulls them towards the image's mean, a window about as warm as what it looks at. Vectors and
/// signals are never changed.
public enum Condition {
    CLEAN,

    /// A quarter of the light, and with it shot noise as of 1000 electrons at white and read noise
    /// of 1 % of white; dark is clipped at black. Samples count as linear, as from an industrial
    /// camera; in a gamma-encoded photo it is less than a quarter, about 5 %, so the slice errs on
    /// the hard side.
    LOW_LIGHT,

    /// Gaussian, of deviation 1.5 pixels at a side of 64 and in proportion at others; the border is
    /// repeated.
    BLUR,

    /// Dark, translucent smudges with soft rims over at least 15 % of the image (a few per cent
    /// more at most, unless it is only some pixels wide); none takes more than 85 % of the light.
    DIRT;

    private static final double LIGHT = 0.25;
    private static final double ELECTRONS = 1000;
    private static final double READ_NOISE = 0.01;
    private static final double BLUR_SHARE = 1.5 / 64;
    private static final int WHITE = 255;

    /// Disturbs every image of an example.
    ///
    /// @param inputs tensors (CHW, normalised) by modality; never changed. What stays the same is
    ///   handed on, not copied
    /// @param seed of the noise and of the smudges: the same for the same result, one per example
    ///   for variety, one for all for a lens that stays dirty. Modalities differ from each other
    ///   anyway
    /// @return in the order of the inputs
    public Map<String, float[]> apply(Schema schema, Map<String, float[]> inputs, long seed) {
        Map<String, float[]> disturbed = new LinkedHashMap<>(inputs);
        disturbed.replaceAll((name, tensor) ->
                schema.modalities().get(name) instanceof ImageModality image
                        ? apply(image, tensor, new SplittableRandom(seed ^ name.hashCode()))
                        : tensor);
        return Collections.unmodifiableMap(disturbed);
    }

    private float[] apply(ImageModality image, float[] tensor, SplittableRandom random) {
        if (tensor.length != image.shape().size()) {
            throw new IllegalArgumentException(
                    "%d values, the modality has %d"
                            .formatted(tensor.length, image.shape().size()));
        }
        return switch (this) {
            case CLEAN -> tensor;
            case LOW_LIGHT -> thermal(image) ? tensor : darken(image, tensor, random);
            case BLUR -> blur(image, tensor);
            case DIRT -> soil(image, tensor, Smudges.of(image.height(), image.width(), random));
        };
    }

    private static boolean thermal(ImageModality image) {
        return image.channels() == 1 && Math.abs(image.scale() * WHITE - 1) > 1e-6;
    }

    private static float[] darken(ImageModality image, float[] tensor, SplittableRandom random) {
        double white = WHITE * image.scale();
        float[] dark = new float[tensor.length];
        for (int i = 0; i < dark.length; i++) {
            int channel = channel(image, i);
            double light = Math.max(0, LIGHT * value(image, channel, tensor[i]) / white);
            double noise = Math.sqrt(light / ELECTRONS + READ_NOISE * READ_NOISE);
            double seen = Math.clamp(light + noise * random.nextGaussian(), 0, 1);
            dark[i] = normalised(image, channel, seen * white);
        }
        return dark;
    }

    private static float[] soil(ImageModality image, float[] tensor, float[] opacity) {
        float[] soiled = new float[tensor.length];
        double window = thermal(image) ? mean(image, tensor) : 0;
        for (int i = 0; i < soiled.length; i++) {
            int channel = channel(image, i);
            double hidden = opacity[i % opacity.length];
            double seen = value(image, channel, tensor[i]) * (1 - hidden) + window * hidden;
            soiled[i] = hidden == 0 ? tensor[i] : normalised(image, channel, seen);
        }
        return soiled;
    }

    /// Weights that sum to 1 commute with the normalisation, so there is none to undo.
    private static float[] blur(ImageModality image, float[] tensor) {
        int height = image.height();
        int width = image.width();
        double[] down = kernel(BLUR_SHARE * height);
        double[] across = kernel(BLUR_SHARE * width);
        float[] rows = new float[tensor.length];
        float[] blurred = new float[tensor.length];
        for (int plane = 0; plane < image.channels() * height; plane += height) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double sum = 0;
                    for (int k = 0; k < across.length; k++) {
                        int from = Math.clamp(x + k - across.length / 2, 0, width - 1);
                        sum += across[k] * tensor[(plane + y) * width + from];
                    }
                    rows[(plane + y) * width + x] = (float) sum;
                }
            }
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double sum = 0;
                    for (int k = 0; k < down.length; k++) {
                        int from = Math.clamp(y + k - down.length / 2, 0, height - 1);
                        sum += down[k] * rows[(plane + from) * width + x];
                    }
                    blurred[(plane + y) * width + x] = (float) sum;
                }
            }
        }
        return blurred;
    }

    /// Three deviations to each side.
    private static double[] kernel(double deviation) {
        int reach = (int) Math.ceil(3 * deviation);
        double[] kernel = new double[2 * reach + 1];
        double sum = 0;
        for (int k = 0; k < kernel.length; k++) {
            double distance = (k - reach) / deviation;
            kernel[k] = Math.exp(-distance * distance / 2);
            sum += kernel[k];
        }
        for (int k = 0; k < kernel.length; k++) {
            kernel[k] /= sum;
        }
        return kernel;
    }

    private static double mean(ImageModality image, float[] tensor) {
        double sum = 0;
        for (float value : tensor) {
            sum += value;
        }
        return value(image, 0, sum / tensor.length);
    }

    private static int channel(ImageModality image, int index) {
        return index / (image.height() * image.width());
    }

    /// In the modality's physical units, as before it was normalised.
    private static double value(ImageModality image, int channel, double tensor) {
        return tensor * image.deviation().get(channel) + image.mean().get(channel);
    }

    private static float normalised(ImageModality image, int channel, double value) {
        return (float) ((value - image.mean().get(channel)) / image.deviation().get(channel));
    }
}

package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import java.util.List;

/// An image of 3 (RGB) or 1 (grey, thermal) channels, resized to height x width.
///
/// A sample s becomes (s x scale - mean) / deviation. Scale turns raw samples into physical values:
/// 1/255 for 8-bit colour, kelvin per count for 16-bit radiometric thermal images.
public record ImageModality(
        int channels,
        int height,
        int width,
        double scale,
        List<Double> mean,
        List<Double> deviation)
        implements Modality {

    public ImageModality {
        requireShape("image", channels, height, width, scale);
        mean = Numbers.finite("image.mean", mean, channels);
        deviation = Numbers.positive("image.deviation", deviation, channels);
    }

    static void requireShape(String kind, int channels, int height, int width, double scale) {
        if (channels != 1 && channels != 3) {
            throw new InvalidRecordException(
                    kind + ".channels", "is " + channels + ", allowed are 1 and 3");
        }
        Numbers.requireBetween(kind + ".height", height, 1, Limits.IMAGE_SIDE);
        Numbers.requireBetween(kind + ".width", width, 1, Limits.IMAGE_SIDE);
        Numbers.requirePositive(kind + ".scale", scale);
    }

    ImageModality resized(int side) {
        double factor = (double) side / Math.max(height, width);
        return new ImageModality(
                channels,
                Math.max(1, (int) Math.round(height * factor)),
                Math.max(1, (int) Math.round(width * factor)),
                scale,
                mean,
                deviation);
    }

    @Override
    public TensorShape shape() {
        return new TensorShape(channels, height, width);
    }
}

package io.retort.preprocessing;

import io.retort.contract.schema.ImageSummaryModality;
import java.util.Arrays;

/// What an [ImageSummaryModality] encodes. An object lies on a ground that the picture's border
/// shows: what differs from the border's median by more than a tenth of the greatest difference is
/// object. Where less than five pixels do, all is.
///
/// None of the statistics changes when the picture is flipped, and but for the bounding box
/// (shorter side first) hardly any when it is turned.
final class ImageStatistics {

    private static final double TENTH = 0.1;
    private static final int LEAST = 5;
    private static final double[] BRIGHTNESS = {0.05, 0.25, 0.5, 0.75, 0.95};
    private static final double[] SATURATION = {0.25, 0.5, 0.75, 0.95};

    private final float[] picture;
    private final int channels;
    private final int height;
    private final int width;
    private final boolean[] object;
    private final int pixels;
    private final double[] statistics;
    private int at;

    private ImageStatistics(float[] picture, int channels, int height, int width) {
        this.picture = picture;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.object = object();
        int count = 0;
        for (boolean inside : object) {
            count += inside ? 1 : 0;
        }
        this.pixels = count;
        this.statistics = new double[ImageSummaryModality.statistics(channels)];
    }

    /// Share of the picture, deviation along the shorter and the longer principal axis and their
    /// ratio, steps of the outline and their square beside the object's area, sides of the bounding
    /// box, area beside the axes' product and beside the box; each channel's mean and deviation;
    /// quantiles of brightness, which is the channels' mean; in colour each channel's mean less the
    /// mean brightness and quantiles of saturation, which is the greatest less the least channel;
    /// mean, 0.9 quantile and deviation of the gradient of brightness (central differences).
    ///
    /// @param picture channels x height x width, scaled
    static double[] of(float[] picture, int channels, int height, int width) {
        ImageStatistics own = new ImageStatistics(picture, channels, height, width);
        own.outline();
        own.colours();
        return own.statistics;
    }

    private boolean[] object() {
        int plane = height * width;
        float[] distance = new float[plane];
        for (int channel = 0; channel < channels; channel++) {
            float ground = ground(channel);
            for (int i = 0; i < plane; i++) {
                distance[i] =
                        Math.max(distance[i], Math.abs(picture[channel * plane + i] - ground));
            }
        }
        float greatest = 0;
        for (float apart : distance) {
            greatest = Math.max(greatest, apart);
        }
        boolean[] inside = new boolean[plane];
        int count = 0;
        for (int i = 0; i < plane; i++) {
            inside[i] = distance[i] > TENTH * greatest;
            count += inside[i] ? 1 : 0;
        }
        if (count < LEAST) {
            Arrays.fill(inside, true);
        }
        return inside;
    }

    /// Median of the channel along the picture's border.
    private float ground(int channel) {
        int first = channel * height * width;
        float[] border = new float[2 * (height + width)];
        int count = 0;
        for (int x = 0; x < width; x++) {
            border[count++] = picture[first + x];
            border[count++] = picture[first + (height - 1) * width + x];
        }
        for (int y = 0; y < height; y++) {
            border[count++] = picture[first + y * width];
            border[count++] = picture[first + y * width + width - 1];
        }
        Arrays.sort(border);
        return border[count / 2];
    }

    private void outline() {
        double meanX = 0;
        double meanY = 0;
        int left = width;
        int right = 0;
        int top = height;
        int bottom = 0;
        int steps = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                boolean inside = object[y * width + x];
                steps += x > 0 && inside != object[y * width + x - 1] ? 1 : 0;
                steps += y > 0 && inside != object[(y - 1) * width + x] ? 1 : 0;
                if (inside) {
                    meanX += (double) x / pixels;
                    meanY += (double) y / pixels;
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y);
                }
            }
        }
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < object.length; i++) {
            if (object[i]) {
                double x = i % width - meanX;
                int row = i / width;
                double y = row - meanY;
                xx += x * x / pixels;
                yy += y * y / pixels;
                xy += x * y / pixels;
            }
        }
        // Eigenvalues of the symmetric 2 x 2 matrix; 1/12 is the variance within a pixel.
        double half = (xx + yy) / 2;
        double apart = Math.hypot((xx - yy) / 2, xy);
        double shorter = Math.sqrt(Math.max(0, half - apart) + 1 / 12.0);
        double longer = Math.sqrt(half + apart + 1 / 12.0);
        double high = bottom - top + 1.0;
        double wide = right - left + 1.0;
        add((double) pixels / object.length);
        add(shorter);
        add(longer);
        add(shorter / longer);
        add(steps);
        add((double) steps * steps / pixels);
        add(Math.min(high, wide));
        add(Math.max(high, wide));
        add(pixels / (shorter * longer));
        add(pixels / (high * wide));
    }

    private void colours() {
        int plane = height * width;
        double[] brightness = new double[pixels];
        double[] saturation = new double[pixels];
        double[] gradient = new double[pixels];
        double[] means = new double[channels];
        double[] squares = new double[channels];
        int count = 0;
        for (int i = 0; i < plane; i++) {
            if (object[i]) {
                double least = Double.POSITIVE_INFINITY;
                double most = Double.NEGATIVE_INFINITY;
                for (int channel = 0; channel < channels; channel++) {
                    double value = picture[channel * plane + i];
                    least = Math.min(least, value);
                    most = Math.max(most, value);
                    means[channel] += value / pixels;
                }
                brightness[count] = bright(i);
                saturation[count] = most - least;
                gradient[count] = gradient(i % width, i / width);
                count++;
            }
        }
        for (int channel = 0; channel < channels; channel++) {
            for (int i = 0; i < plane; i++) {
                if (object[i]) {
                    double apart = picture[channel * plane + i] - means[channel];
                    squares[channel] += apart * apart / pixels;
                }
            }
        }
        for (double mean : means) {
            add(mean);
        }
        for (double square : squares) {
            add(Math.sqrt(square));
        }
        addQuantiles(brightness, BRIGHTNESS);
        if (channels == 3) {
            double grey = mean(brightness);
            for (double mean : means) {
                add(mean - grey);
            }
            addQuantiles(saturation, SATURATION);
        }
        double slope = mean(gradient);
        double variance = 0;
        for (double own : gradient) {
            variance += (own - slope) * (own - slope) / pixels;
        }
        add(slope);
        add(Math.sqrt(variance));
        addQuantiles(gradient, new double[] {0.9});
    }

    private double bright(int pixel) {
        double sum = 0;
        for (int channel = 0; channel < channels; channel++) {
            sum += picture[channel * height * width + pixel];
        }
        return sum / channels;
    }

    private double gradient(int x, int y) {
        int left = Math.max(0, x - 1);
        int right = Math.min(width - 1, x + 1);
        int above = Math.max(0, y - 1);
        int below = Math.min(height - 1, y + 1);
        double across =
                (bright(y * width + right) - bright(y * width + left)) / Math.max(1, right - left);
        double down =
                (bright(below * width + x) - bright(above * width + x))
                        / Math.max(1, below - above);
        return Math.hypot(across, down);
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private void addQuantiles(double[] values, double[] shares) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        for (double share : shares) {
            add(Quantiles.of(sorted, share));
        }
    }

    private void add(double statistic) {
        statistics[at++] = statistic;
    }
}

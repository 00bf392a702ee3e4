package io.retort.preprocessing;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.v1.Payload;
import java.util.Collections;

/// A picture as its statistics are taken from: scaled, not normalised.
final class UnnormalisedImage {

    private final ImageModality scaled;
    private final ImageTensors pixels;

    UnnormalisedImage(String field, int channels, int height, int width, double scale) {
        this.scaled =
                new ImageModality(
                        channels,
                        height,
                        width,
                        scale,
                        Collections.nCopies(channels, 0.0),
                        Collections.nCopies(channels, 1.0));
        this.pixels = new ImageTensors(field, scaled);
    }

    /// @throws io.retort.contract.InvalidRecordException where the payload does not fit
    double[] statistics(Payload payload) {
        return ImageStatistics.of(
                pixels.tensor(payload), scaled.channels(), scaled.height(), scaled.width());
    }
}

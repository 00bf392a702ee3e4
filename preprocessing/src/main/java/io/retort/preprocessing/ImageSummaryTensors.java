package io.retort.preprocessing;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.v1.Payload;
import java.util.Collections;

/// Statistics of the object in a picture, encoded.
final class ImageSummaryTensors implements Tensors {

    private final ImageTensors pixels;
    private final ImageSummaryModality modality;
    private final PiecewiseLinear encoding;

    ImageSummaryTensors(String field, ImageSummaryModality modality) {
        this.pixels =
                new ImageTensors(
                        field,
                        scaled(
                                modality.channels(),
                                modality.height(),
                                modality.width(),
                                modality.scale()));
        this.modality = modality;
        this.encoding = new PiecewiseLinear(modality.edges(), modality.shape().size());
    }

    /// A picture as its statistics are taken from: scaled, not normalised.
    static ImageModality scaled(int channels, int height, int width, double scale) {
        return new ImageModality(
                channels,
                height,
                width,
                scale,
                Collections.nCopies(channels, 0.0),
                Collections.nCopies(channels, 1.0));
    }

    @Override
    public float[] tensor(Payload payload) {
        return encoding.encode(
                ImageStatistics.of(
                        pixels.tensor(payload),
                        modality.channels(),
                        modality.height(),
                        modality.width()));
    }
}

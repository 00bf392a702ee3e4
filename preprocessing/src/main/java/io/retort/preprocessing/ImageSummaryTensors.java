package io.retort.preprocessing;

import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.v1.Payload;

/// Statistics of the object in a picture, encoded.
final class ImageSummaryTensors implements Tensors {

    private final UnnormalisedImage picture;
    private final PiecewiseLinear encoding;

    ImageSummaryTensors(String field, ImageSummaryModality modality) {
        this.picture =
                new UnnormalisedImage(
                        field,
                        modality.channels(),
                        modality.height(),
                        modality.width(),
                        modality.scale());
        this.encoding = new PiecewiseLinear(modality.edges(), modality.shape().size());
    }

    @Override
    public float[] tensor(Payload payload) {
        return encoding.encode(picture.statistics(payload));
    }
}

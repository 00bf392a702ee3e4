package io.retort.learning.architecture;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import java.util.List;

/// The article's student: two 3 x 3 convolutions, 32 and 64 wide, the first with stride 2, averaged
/// and brought to 256 values. It has a camera alone; other sensors are encoded as by
/// [PlainStudent].
///
/// The article rectifies with ReLU6, this with ReLU. The bound at 6 is meant for fixed-point
/// arithmetic of a fixed range; here int8 takes the range that calibration measured, and its
/// operators saturate there by themselves. Values that batch normalisation has just scaled to about
/// 1 hardly ever pass 6, and the clip's backward pass is much slower than ReLU's. The 256 values
/// are rectified here, in the article they are not.
record ArticleStudent() implements Student {

    @Override
    public String name() {
        return "article";
    }

    @Override
    public List<Layer> layers(Modality modality) {
        return switch (modality) {
            case ImageModality image ->
                    new Stack().image(image.channels(), 32, 3, 2).image(32, 64, 3, 1).pooled();
            case SignalSummaryModality summary -> new PlainStudent().layers(summary);
            case ImageSummaryModality summary -> new PlainStudent().layers(summary);
            case VectorModality vector -> new PlainStudent().layers(vector);
            case SignalModality signal -> new PlainStudent().layers(signal);
        };
    }

    @Override
    public int fusion() {
        return 256;
    }

    @Override
    public double dropout() {
        return 0;
    }
}

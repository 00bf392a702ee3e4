package io.retort.learning.architecture;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import java.util.List;

/// Depthwise-separable convolutions, as MobileNet has them (Howard et al. 2017, table 1), with
/// fewer layers, for images of tens of pixels a side; signals alike over time.
///
/// @param width share of every layer's channels that is kept (section 3.3 there), in (0, 1]
record SeparableStudent(String name, double width) implements Student {

    /// A longer side of so many pixels is halved once more, and of twice as many twice more: the
    /// last map is 4 to 12 places wide for sides of 32 to 383.
    private static final int LARGE = 96;

    @Override
    public List<Layer> layers(Modality modality) {
        return switch (modality) {
            case ImageModality image -> image(image);
            case SignalSummaryModality summary ->
                    Stack.hidden(summary.shape().size(), channels(128));
            case ImageSummaryModality summary ->
                    Stack.hidden(summary.shape().size(), channels(128));
            case VectorModality vector -> Stack.hidden(vector.shape().size(), channels(128));
            case SignalModality signal -> signal(signal);
        };
    }

    private List<Layer> image(ImageModality image) {
        int side = Math.max(image.height(), image.width());
        return new Stack()
                .image(image.channels(), channels(32), 3, 2)
                .separableImage(channels(32), channels(64), 1)
                .separableImage(channels(64), channels(128), 2)
                .separableImage(channels(128), channels(128), 1)
                .separableImage(channels(128), channels(256), 2)
                .separableImage(channels(256), channels(256), side < LARGE ? 1 : 2)
                .separableImage(channels(256), channels(256), side < 2 * LARGE ? 1 : 2)
                .pooled();
    }

    private List<Layer> signal(SignalModality signal) {
        int stride = Stack.stride(signal.steps());
        int steps = Stack.strided(signal.steps(), stride);
        Stack stack = new Stack().signal(signal.channels(), channels(32), stride);
        int inputs = 32;
        for (int outputs : List.of(64, 128, 128, 128)) {
            stride = Stack.stride(steps);
            steps = Stack.strided(steps, stride);
            stack.separableSignal(channels(inputs), channels(outputs), stride);
            inputs = outputs;
        }
        return stack.pooled();
    }

    @Override
    public int fusion() {
        return channels(256);
    }

    @Override
    public double dropout() {
        return 0.1;
    }

    /// To the nearest multiple of 8, which vector instructions take at once.
    private int channels(int whole) {
        return Math.max(8, 8 * (int) Math.round(whole * width / 8));
    }
}

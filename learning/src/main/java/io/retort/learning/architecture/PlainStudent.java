package io.retort.learning.architecture;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import java.util.List;

/// A plain four-layer network for each image, fused to 256: small enough for a camera node. Its
/// dense convolutions gain most from int8.
record PlainStudent() implements Student {

    @Override
    public String name() {
        return "retort-plain";
    }

    @Override
    public List<Layer> layers(Modality modality) {
        return switch (modality) {
            case ImageModality image ->
                    new Stack()
                            .image(image.channels(), 16, 3, 2)
                            .image(16, 32, 3, 2)
                            .image(32, 64, 3, 2)
                            .image(64, 64, 3, 1)
                            .pooled();
            case SignalSummaryModality summary -> Stack.hidden(summary.shape().size(), 256);
            case ImageSummaryModality summary -> Stack.hidden(summary.shape().size(), 128);
            case VectorModality vector -> Stack.hidden(vector.shape().size(), 64);
            case SignalModality signal -> signal(signal);
        };
    }

    /// Two layers, and as many more as bring a long signal down to 32 steps.
    private static List<Layer> signal(SignalModality signal) {
        int first = Math.max(2, Stack.stride(signal.steps()));
        int steps = Stack.strided(signal.steps(), first);
        int second = Math.max(2, Stack.stride(steps));
        steps = Stack.strided(steps, second);
        Stack stack = new Stack().signal(signal.channels(), 32, first).signal(32, 64, second);
        while (steps > 32) {
            int stride = Stack.stride(steps);
            stack.signal(64, 64, stride);
            steps = Stack.strided(steps, stride);
        }
        return stack.pooled();
    }

    @Override
    public int fusion() {
        return 256;
    }

    @Override
    public double dropout() {
        return 0.1;
    }
}

package io.retort.distillation.export;

/// Weight and bias of a layer in integers.
///
/// @param weight outputs first, value = q x scale of its output
/// @param scales one an output
/// @param bias value = q x input scale x scale of its output
record QuantizedLayer(byte[] weight, float[] scales, int[] bias) {

    /// Leaves room in 32 bits for the sum of products that the bias is added to.
    private static final int LARGEST_BIAS = 1 << 30;

    /// Symmetric, per output channel (Krishnamoorthi 2018, section 2.2). A channel whose weights
    /// are tiny beside its bias gets a coarser scale, so that the bias still fits.
    ///
    /// @param weight outputs first
    /// @param bias one an output
    /// @param inputScale of the uint8 tensor that the layer takes
    /// @param largestWeight in steps: 127 for 8 bits, 63 for 7
    static QuantizedLayer of(float[] weight, float[] bias, float inputScale, int largestWeight) {
        int fanIn = weight.length / bias.length;
        byte[] quantized = new byte[weight.length];
        float[] scales = new float[bias.length];
        int[] quantizedBias = new int[bias.length];
        for (int output = 0; output < bias.length; output++) {
            float largest = 0;
            for (int i = output * fanIn; i < (output + 1) * fanIn; i++) {
                largest = Math.max(largest, Math.abs(weight[i]));
            }
            float scale =
                    Math.max(
                            largest / largestWeight,
                            Math.abs(bias[output]) / inputScale / LARGEST_BIAS);
            if (scale < Float.MIN_NORMAL) {
                scale = 1;
            }
            scales[output] = scale;
            for (int i = output * fanIn; i < (output + 1) * fanIn; i++) {
                quantized[i] =
                        (byte)
                                Math.clamp(
                                        (long) Math.rint(weight[i] / scale),
                                        -largestWeight,
                                        largestWeight);
            }
            quantizedBias[output] = (int) Math.rint((double) bias[output] / (inputScale * scale));
        }
        return new QuantizedLayer(quantized, scales, quantizedBias);
    }

    /// Scales of the bias.
    float[] biasScales(float inputScale) {
        float[] products = new float[scales.length];
        for (int i = 0; i < scales.length; i++) {
            products[i] = inputScale * scales[i];
        }
        return products;
    }
}

package io.retort.contract.schema;

/// Shape of one modality's tensor for one capture, stored row by row, channel by channel (CHW).
public record TensorShape(int channels, int height, int width) {

    /// Number of values.
    public int size() {
        return Math.multiplyExact(channels, Math.multiplyExact(height, width));
    }
}

package io.retort.preprocessing;

import com.google.protobuf.ByteOutput;
import java.nio.ByteBuffer;

/// Takes interleaved 8-bit samples as they come, in one piece or several, and puts what each stands
/// for into the planes of a tensor (CHW).
final class Levelling extends ByteOutput {

    private final float[][] levels;
    private final float[] tensor;
    private final int plane;

    /// Samples so far.
    private int at;

    /// @param levels what a sample stands for, by channel and sample
    Levelling(float[][] levels, float[] tensor) {
        this.levels = levels;
        this.tensor = tensor;
        this.plane = tensor.length / levels.length;
    }

    @Override
    public void write(byte value) {
        int channel = at % levels.length;
        tensor[channel * plane + at / levels.length] = levels[channel][value & 0xff];
        at++;
    }

    @Override
    public void write(byte[] samples, int offset, int length) {
        if (levels.length == 3 && at == 0 && length == tensor.length) {
            whole(samples, offset);
            return;
        }
        for (int i = 0; i < length; i++) {
            write(samples[offset + i]);
        }
    }

    @Override
    public void writeLazy(byte[] samples, int offset, int length) {
        write(samples, offset, length);
    }

    @Override
    public void write(ByteBuffer samples) {
        while (samples.hasRemaining()) {
            write(samples.get());
        }
    }

    @Override
    public void writeLazy(ByteBuffer samples) {
        write(samples);
    }

    /// The usual case: a whole picture in colour, in one pass over its samples.
    private void whole(byte[] rgb, int offset) {
        float[] red = levels[0];
        float[] green = levels[1];
        float[] blue = levels[2];
        int from = offset;
        for (int pixel = 0; pixel < plane; pixel++) {
            tensor[pixel] = red[rgb[from] & 0xff];
            tensor[plane + pixel] = green[rgb[from + 1] & 0xff];
            tensor[2 * plane + pixel] = blue[rgb[from + 2] & 0xff];
            from += 3;
        }
        at = tensor.length;
    }
}

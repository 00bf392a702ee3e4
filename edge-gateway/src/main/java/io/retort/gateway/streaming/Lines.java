package io.retort.gateway.streaming;

import io.retort.contract.InvalidRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Lines of a body (NDJSON), each as soon as its end is there. Blank lines, which keep a silent
/// connection open, are left out. Holds one line at a time.
public final class Lines {

    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int end;

    /// @param longest line in bytes
    public Lines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /// The next line without its end, or null after the last.
    ///
    /// @throws InvalidRecordException where the line is too long; the one after it can be read
    public byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        boolean blank = true;
        while (fill()) {
            int from = position;
            while (position < end && buffer[position] != '\n') {
                blank &= buffer[position] <= ' ' && buffer[position] >= 0;
                position++;
            }
            tooLong |= line.size() + position - from > longest;
            if (!tooLong) {
                line.write(buffer, from, position - from);
            }
            if (position < end) {
                position++;
                if (!blank) {
                    return whole(line, tooLong);
                }
                line.reset();
                tooLong = false;
            }
        }
        return blank ? null : whole(line, tooLong);
    }

    private byte[] whole(ByteArrayOutputStream line, boolean tooLong) {
        if (tooLong) {
            throw new InvalidRecordException("line", "is longer than " + longest + " bytes");
        }
        return line.toByteArray();
    }

    private boolean fill() throws IOException {
        if (position == end) {
            position = 0;
            end = Math.max(0, in.read(buffer));
        }
        return position < end;
    }
}

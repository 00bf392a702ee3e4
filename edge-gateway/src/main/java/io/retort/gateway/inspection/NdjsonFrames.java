package io.retort.gateway.inspection;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.streaming.Lines;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// One frame a line.
final class NdjsonFrames implements Frames {

    private final Lines lines;

    NdjsonFrames(InputStream in, int largestFrame) {
        this.lines = new Lines(in, largestFrame);
    }

    @Override
    public @Nullable Arrival next() throws IOException {
        @Nullable String id = null;
        try {
            byte[] line = lines.next();
            if (line == null) {
                return null;
            }
            FrameBody body = FrameBody.parse(line);
            id = body.id();
            if (body.parts() != null) {
                throw new InvalidRecordException("parts", "has a meaning in multipart alone");
            }
            return new Arrival.Frame(id, body.requiredPosition(), body.time(), body.payloads());
        } catch (InvalidRecordException e) {
            return new Arrival.Broken(id, e);
        }
    }
}

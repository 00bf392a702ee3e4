package io.retort.gateway.streaming;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongFunction;

/// Bodies that are read whole.
public final class Bodies {

    /// Up to which memory is taken for a body before it has come.
    private static final int ANNOUNCED_BYTES = 256 * 1024;

    private Bodies() {}

    /// @param limit bytes, below 2 GiB
    /// @param tooLarge of the limit: what is thrown where more bytes come
    public static byte[] read(
            HttpServletRequest request,
            long limit,
            LongFunction<? extends RuntimeException> tooLarge)
            throws IOException {
        long announced = request.getContentLengthLong();
        if (announced > limit) {
            throw tooLarge.apply(limit);
        }
        if (announced >= 0 && announced <= ANNOUNCED_BYTES) {
            byte[] body = new byte[(int) announced];
            int read = request.getInputStream().readNBytes(body, 0, body.length);
            return read == body.length ? body : Arrays.copyOf(body, read);
        }
        byte[] body = request.getInputStream().readNBytes(Math.toIntExact(limit) + 1);
        if (body.length > limit) {
            throw tooLarge.apply(limit);
        }
        return body;
    }
}

package io.retort.gateway.streaming;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.LongFunction;

/// Bodies that are read whole.
public final class Bodies {

    /// Up to which memory is taken for a body before it has come.
    private static final int ANNOUNCED_BYTES = 256 * 1024;

    /// Of a larger body, how many have to come first.
    private static final int FIRST_BYTES = 64 * 1024;

    /// For how many times what has come memory is taken then: who sends nothing holds nothing.
    private static final long BELIEVED = 16;

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
        if (announced >= 0) {
            return announced(request.getInputStream(), (int) announced);
        }
        byte[] body = request.getInputStream().readNBytes(Math.toIntExact(limit) + 1);
        if (body.length > limit) {
            throw tooLarge.apply(limit);
        }
        return body;
    }

    private static byte[] announced(InputStream in, int length) throws IOException {
        byte[] body = new byte[length <= ANNOUNCED_BYTES ? length : FIRST_BYTES];
        int read = in.readNBytes(body, 0, body.length);
        while (read == body.length && read < length) {
            body = Arrays.copyOf(body, (int) Math.min(length, BELIEVED * read));
            read += in.readNBytes(body, read, body.length - read);
        }
        return read == body.length ? body : Arrays.copyOf(body, read);
    }
}

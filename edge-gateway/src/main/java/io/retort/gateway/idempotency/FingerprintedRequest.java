package io.retort.gateway.idempotency;

import io.retort.gateway.streaming.MultipartParts;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A request whose fingerprint is taken as its body is read, so that a stream stays one.
final class FingerprintedRequest extends HttpServletRequestWrapper {

    private final Fingerprint fingerprint;
    private final Passing in;
    private boolean brokeOff;

    FingerprintedRequest(HttpServletRequest request) throws IOException {
        super(request);
        String type = request.getContentType();
        String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        String query = request.getQueryString();
        this.fingerprint =
                new Fingerprint(
                        request.getMethod(),
                        request.getRequestURI() + (query == null ? "" : "?" + query),
                        media,
                        MultipartParts.isMultipart(type) ? MultipartParts.boundary(type) : null);
        this.in = new Passing(request.getInputStream());
    }

    @Override
    public ServletInputStream getInputStream() {
        return in;
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /// Whether its sender went away before its end.
    boolean brokeOff() {
        return brokeOff;
    }

    /// Reads what nobody has read, up to `most` bytes.
    ///
    /// @return whether that was all
    boolean drained(long most) throws IOException {
        byte[] buffer = new byte[8192];
        long left = most;
        while (left > 0) {
            int read = in.read(buffer, 0, buffer.length);
            if (read < 0) {
                return true;
            }
            left -= read;
        }
        return false;
    }

    /// In hex. The body has been read.
    String fingerprint() {
        return fingerprint.end();
    }

    private final class Passing extends ServletInputStream {

        private final ServletInputStream body;

        Passing(ServletInputStream body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            try {
                int read = body.read(bytes, from, length);
                if (read > 0) {
                    fingerprint.pass(bytes, from, read);
                }
                return read;
            } catch (IOException e) {
                brokeOff = true;
                throw e;
            }
        }

        @Override
        public boolean isFinished() {
            return body.isFinished();
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            body.setReadListener(listener);
        }
    }
}

package io.retort.gateway.idempotency;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// A response of which a copy is kept while it leaves, as far as it is not too large.
final class CopiedResponse extends HttpServletResponseWrapper {

    private static final List<String> HEADERS =
            List.of(
                    HttpHeaders.CONTENT_TYPE,
                    HttpHeaders.CONTENT_LOCATION,
                    HttpHeaders.LOCATION,
                    HttpHeaders.CACHE_CONTROL);

    private final long largest;
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
    private @Nullable Passing out;
    private boolean tooLarge;
    private boolean brokeOff;

    CopiedResponse(HttpServletResponse response, long largest) {
        super(response);
        this.largest = largest;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        Passing passing = out;
        if (passing == null) {
            passing = new Passing(super.getOutputStream());
            out = passing;
        }
        return passing;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        return new PrintWriter(
                new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8), true);
    }

    /// Whether its reader went away before its end.
    boolean brokeOff() {
        return brokeOff;
    }

    KeptAnswer kept() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : HEADERS) {
            String value = getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new KeptAnswer(getStatus(), headers, tooLarge ? null : copy.toByteArray());
    }

    private final class Passing extends ServletOutputStream {

        private final ServletOutputStream body;

        Passing(ServletOutputStream body) {
            this.body = body;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            tooLarge |= copy.size() + length > largest;
            if (tooLarge) {
                copy.reset();
            } else {
                copy.write(bytes, from, length);
            }
            try {
                body.write(bytes, from, length);
            } catch (IOException e) {
                brokeOff = true;
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                body.flush();
            } catch (IOException e) {
                brokeOff = true;
                throw e;
            }
        }

        @Override
        public boolean isReady() {
            return body.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            body.setWriteListener(listener);
        }
    }
}

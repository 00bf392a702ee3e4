package io.retort.fleet.bench.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 on one connection that is kept, with as little work as that takes: requests are bytes
/// that were made before. A connection that broke is opened again with the next call.
final class HttpCaller implements Load.Caller, AutoCloseable {

    private static final int LARGEST_ANSWER = 1024 * 1024;

    /// Servers close connections that idle, and a request may cross that on its way.
    private static final long IDLE_NANOS = 2_000_000_000;

    private static final String HEAD =
            " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: %s\r\n".formatted(Bearer.AUTHORIZATION);

    private final int port;
    private final List<byte[]> requests;
    private final byte[] buffer = new byte[LARGEST_ANSWER];
    private @Nullable Socket socket;
    private int from;
    private int to;
    private int bodyFrom;
    private int bodyTo;
    private long used;

    /// @param requests whole, head and body; they are sent in turn
    HttpCaller(int port, List<byte[]> requests) {
        this.port = port;
        this.requests = requests;
    }

    static byte[] get(String path) {
        return ("GET " + path + HEAD + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /// @param headers lines of `Name: value` beside host, credential and length
    static byte[] post(String path, List<String> headers, byte[] body) {
        StringBuilder head = new StringBuilder("POST " + path + HEAD);
        headers.forEach(header -> head.append(header).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        byte[] start = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[start.length + body.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        return request;
    }

    @Override
    public boolean call(int i) throws IOException {
        return status(requests.get(i % requests.size())) == 200;
    }

    /// Sends a request and reads the whole answer.
    int status(byte[] request) throws IOException {
        if (System.nanoTime() - used > IDLE_NANOS) {
            close();
        }
        try {
            Socket open = socket == null ? open() : socket;
            open.getOutputStream().write(request);
            int status = answer(open.getInputStream());
            used = System.nanoTime();
            return status;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// Of the last answer.
    String body() {
        return new String(buffer, bodyFrom, bodyTo - bodyFrom, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // It is gone either way.
            }
        }
    }

    private Socket open() throws IOException {
        Socket open = new Socket(InetAddress.getLoopbackAddress(), port);
        open.setTcpNoDelay(true);
        open.setSoTimeout(30_000);
        socket = open;
        return open;
    }

    private int answer(InputStream in) throws IOException {
        from = 0;
        to = 0;
        String status = line(in);
        long length = -1;
        boolean chunked = false;
        boolean last = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.endsWith("chunked");
            } else if (lower.startsWith("connection:")) {
                last = lower.endsWith("close");
            }
        }
        bodyFrom = from;
        bodyTo = from;
        if (chunked) {
            chunks(in);
        } else if (length > 0) {
            require(in, (int) length);
            from += (int) length;
            bodyTo = from;
        }
        if (last) {
            close();
        }
        return Integer.parseInt(status, 9, 12, 10);
    }

    /// Moves the chunks together.
    private void chunks(InputStream in) throws IOException {
        while (true) {
            int size = Integer.parseInt(line(in).strip(), 16);
            require(in, size + 2);
            System.arraycopy(buffer, from, buffer, bodyTo, size);
            from += size + 2;
            bodyTo += size;
            if (size == 0) {
                return;
            }
        }
    }

    private void require(InputStream in, int bytes) throws IOException {
        while (to - from < bytes) {
            fill(in);
        }
    }

    private String line(InputStream in) throws IOException {
        int at = from;
        while (true) {
            while (at + 1 < to) {
                if (buffer[at] == '\r' && buffer[at + 1] == '\n') {
                    String line = new String(buffer, from, at - from, StandardCharsets.ISO_8859_1);
                    from = at + 2;
                    return line;
                }
                at++;
            }
            fill(in);
        }
    }

    private void fill(InputStream in) throws IOException {
        if (to == buffer.length) {
            throw new IOException("an answer of more than " + LARGEST_ANSWER + " bytes");
        }
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw new EOFException("the connection ended");
        }
        to += read;
    }
}

package io.retort.gateway.streaming;

import io.retort.contract.InvalidRecordException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/// Parts of a multipart body (RFC 2046, section 5.1.1), each as soon as it is complete: with a
/// `Content-Length` of its own at its last byte, without one at the delimiter behind it. Holds one
/// part at a time.
public final class MultipartParts {

    private static final int LONGEST_HEADER = 8192;
    private static final int MOST_HEADERS = 32;

    /// A boundary has 1 to 70 characters.
    private static final int LONGEST_BOUNDARY = 70;

    private final InputStream in;
    private final int largest;
    private final Delimiter delimiter;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int end;
    private boolean atDelimiter;
    private boolean begun;
    private boolean ended;

    /// One part.
    ///
    /// @param headers by name in lower case
    public record Part(Map<String, String> headers, byte[] body) {

        public @Nullable String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        /// As the form names it; empty where nothing does.
        public String name() {
            String disposition = header("content-disposition");
            if (disposition == null) {
                return "";
            }
            try {
                String name = ContentDisposition.parse(disposition).getName();
                return name == null ? "" : name;
            } catch (IllegalArgumentException e) {
                throw new InvalidRecordException(
                        "part", "has the disposition '" + disposition + "'", e);
            }
        }

        public boolean is(MediaType type) {
            String named = header("content-type");
            try {
                return named != null && MediaType.parseMediaType(named).equalsTypeAndSubtype(type);
            } catch (InvalidMediaTypeException e) {
                return false;
            }
        }
    }

    /// @param contentType of the body
    /// @param largest part in bytes
    /// @throws InvalidRecordException where the type has no boundary
    public MultipartParts(InputStream in, @Nullable String contentType, int largest) {
        this.in = in;
        this.largest = largest;
        this.delimiter =
                new Delimiter(
                        ("\r\n--" + boundary(contentType)).getBytes(StandardCharsets.ISO_8859_1));
    }

    public static boolean isMultipart(@Nullable String contentType) {
        return contentType != null && contentType.regionMatches(true, 0, "multipart/", 0, 10);
    }

    /// The boundary between a body's parts.
    ///
    /// @throws InvalidRecordException where the type has none
    public static String boundary(@Nullable String contentType) {
        @Nullable String boundary =
                contentType == null
                        ? null
                        : MediaType.parseMediaType(contentType).getParameter("boundary");
        if (boundary != null && boundary.startsWith("\"") && boundary.endsWith("\"")) {
            boundary = boundary.substring(1, boundary.length() - 1);
        }
        if (boundary == null || boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
            throw new InvalidRecordException(
                    "boundary", "of the multipart body is missing, or longer than 70 characters");
        }
        return boundary;
    }

    /// The next part, or null behind the last.
    ///
    /// @throws InvalidRecordException where it is too large; the one behind it can be read
    /// @throws IOException where the body is no multipart body from here on, or breaks off
    public @Nullable Part next() throws IOException {
        if (ended) {
            return null;
        }
        if (!begun) {
            // The first delimiter may stand at the very beginning, without a line's end before it.
            begun = true;
            toDelimiter(null, 2);
        } else if (!atDelimiter) {
            if (toDelimiter(null, 0) > 0) {
                throw new IOException("a part is longer than its Content-Length");
            }
        }
        if (closes()) {
            ended = true;
            return null;
        }
        Map<String, String> headers = headers();
        @Nullable String length = headers.get("content-length");
        atDelimiter = length == null;
        return length == null ? delimited(headers) : counted(headers, length);
    }

    private Part delimited(Map<String, String> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        long length = toDelimiter(body, 0);
        Part part = new Part(headers, length > largest ? new byte[0] : body.toByteArray());
        if (length > largest) {
            throw tooLarge(part, length);
        }
        return part;
    }

    private Part counted(Map<String, String> headers, String length) throws IOException {
        long bytes;
        try {
            bytes = Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new IOException("a part's Content-Length is '" + length + "'", e);
        }
        if (bytes < 0) {
            throw new IOException("a part's Content-Length is " + bytes);
        }
        boolean kept = bytes <= largest;
        byte[] body = new byte[kept ? Math.toIntExact(bytes) : 0];
        long at = 0;
        while (at < bytes) {
            require();
            int step = Math.toIntExact(Math.min(bytes - at, end - position));
            if (kept) {
                System.arraycopy(buffer, position, body, Math.toIntExact(at), step);
            }
            position += step;
            at += step;
        }
        Part part = new Part(headers, body);
        if (!kept) {
            throw tooLarge(part, bytes);
        }
        return part;
    }

    private InvalidRecordException tooLarge(Part part, long length) {
        return new InvalidRecordException(
                "part",
                "'%s' has %d bytes, allowed are %d".formatted(part.name(), length, largest));
    }

    /// Reads up to a delimiter and over it.
    ///
    /// @param body takes what comes before it, up to a little more than the largest part; null
    ///   drops it
    /// @param matched bytes of the delimiter that count as read
    /// @return bytes before the delimiter
    private long toDelimiter(@Nullable ByteArrayOutputStream body, int matched) throws IOException {
        long length = (long) matched - delimiter.length();
        int found = matched;
        while (found < delimiter.length()) {
            require();
            if (found == 0) {
                int from = position;
                while (position < end && buffer[position] != delimiter.first()) {
                    position++;
                }
                length += position - from;
                write(body, buffer, from, position - from);
                if (position == end) {
                    continue;
                }
            }
            byte next = buffer[position++];
            length++;
            int longer = delimiter.after(found, next);
            int passed = found + 1 - longer;
            if (passed > 0) {
                // Bytes that looked like the delimiter's beginning, and perhaps the one behind.
                int held = Math.min(passed, found);
                write(body, delimiter.beginning(held), 0, held);
                if (passed > found) {
                    write(body, buffer, position - 1, 1);
                }
            }
            found = longer;
        }
        return length;
    }

    private void write(@Nullable ByteArrayOutputStream body, byte[] bytes, int from, int count) {
        if (body != null && body.size() <= largest) {
            body.write(bytes, from, count);
        }
    }

    /// Whether the delimiter is the last one; else goes behind its line's end.
    private boolean closes() throws IOException {
        StringBuilder rest = new StringBuilder();
        while (true) {
            require();
            char c = (char) (buffer[position++] & 0xff);
            rest.append(c);
            if (rest.toString().equals("--")) {
                return true;
            }
            if (c == '\n') {
                break;
            }
            if (rest.length() > LONGEST_BOUNDARY) {
                break;
            }
        }
        if (!rest.toString().isBlank()) {
            throw new IOException("a delimiter of the multipart body does not end its line");
        }
        return false;
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        while (true) {
            String line = headerLine();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() == MOST_HEADERS) {
                throw new IOException("a part has a header that is none, or too many");
            }
            headers.put(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
    }

    private String headerLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            require();
            byte next = buffer[position++];
            if (next == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (next != '\r') {
                line.write(next);
            }
            if (line.size() > LONGEST_HEADER) {
                throw new IOException("a part has a header beyond " + LONGEST_HEADER + " bytes");
            }
        }
    }

    private void require() throws IOException {
        if (position == end) {
            position = 0;
            end = Math.max(0, in.read(buffer));
            if (end == 0) {
                throw new EOFException("the multipart body ends before its last delimiter");
            }
        }
    }
}

package io.retort.gateway.streaming;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/// Answers that leave one by one, each on its way before the next is made: a line of JSON, or a
/// server-sent event where the client asks for `text/event-stream`.
public final class Answers {

    public static final String NDJSON = MediaType.APPLICATION_NDJSON_VALUE;
    public static final String EVENTS = MediaType.TEXT_EVENT_STREAM_VALUE;

    private final ServletOutputStream out;
    private final JsonMapper json;
    private final boolean events;

    private Answers(ServletOutputStream out, JsonMapper json, boolean events) {
        this.out = out;
        this.json = json;
        this.events = events;
    }

    /// Sends the head of the response. From here on its status is settled.
    public static Answers begin(
            HttpServletRequest request, HttpServletResponse response, JsonMapper json)
            throws IOException {
        boolean events = wantsEvents(request);
        response.setContentType(events ? EVENTS : NDJSON);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.flushBuffer();
        return new Answers(response.getOutputStream(), json, events);
    }

    /// @param kind of the answer, as its JSON says too
    public void send(String kind, long number, Object answer) throws IOException {
        byte[] line = json.writeValueAsBytes(answer);
        if (events) {
            out.write(
                    "event: %s\nid: %d\ndata: "
                            .formatted(kind, number)
                            .getBytes(StandardCharsets.UTF_8));
        }
        out.write(line);
        out.write('\n');
        if (events) {
            out.write('\n');
        }
        out.flush();
    }

    /// Whether the client names NDJSON, where it might have one document.
    public static boolean wantsLines(HttpServletRequest request) {
        return names(request, MediaType.APPLICATION_NDJSON);
    }

    private static boolean wantsEvents(HttpServletRequest request) {
        return names(request, MediaType.TEXT_EVENT_STREAM);
    }

    private static boolean names(HttpServletRequest request, MediaType form) {
        return MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT)))
                .stream()
                .anyMatch(form::equalsTypeAndSubtype);
    }
}

package io.retort.gateway.inspection;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import io.retort.gateway.assessment.CaptureBuilder;
import io.retort.gateway.streaming.MultipartParts;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/// Frames as parts: JSON followed by its images, or an image whose own headers say where it was
/// taken.
final class MultipartFrames implements Frames {

    private static final String POSITION = "Frame-Position";
    private static final String ID = "Frame-Id";
    private static final String TIME = "Frame-Time";

    /// Name of an image that is the only one which the model sees.
    private static final String IMAGE = "image";

    private final MultipartParts parts;

    /// A frame whose images are still to come.
    private @Nullable Open open;

    /// The frame that came last was refused: images that belong to it are left out.
    private boolean refused;

    /// JSON that came while a frame was open.
    private MultipartParts.@Nullable Part held;

    MultipartFrames(MultipartParts parts) {
        this.parts = parts;
    }

    private static final class Open {
        private final FrameBody body;
        private final Position position;
        private final List<String> missing;
        private final Map<String, byte[]> images = new LinkedHashMap<>();
        private long bytes;

        Open(FrameBody body) {
            this.body = body;
            this.position = body.requiredPosition();
            this.missing =
                    new ArrayList<>(
                            body.parts() != null
                                    ? body.parts()
                                    : body.hasPayloads() ? List.of() : List.of(""));
        }

        void add(String name, byte[] image) {
            if (!missing.remove(name) && !missing.remove("")) {
                throw new InvalidRecordException(
                        "parts", "part '%s' is none of %s".formatted(name, missing));
            }
            bytes += image.length;
            if (bytes > Limits.RECORD_BYTES) {
                throw new InvalidRecordException(
                        "parts", "have more than %d bytes".formatted(Limits.RECORD_BYTES));
            }
            images.put(name, image);
        }

        boolean complete() {
            return missing.isEmpty();
        }

        Arrival.Frame frame() {
            Consumer<CaptureBuilder> inline = body.payloads();
            return new Arrival.Frame(
                    body.id(),
                    position,
                    body.time(),
                    inline.andThen(
                            capture -> images.forEach((name, image) -> put(capture, name, image))));
        }
    }

    @Override
    public @Nullable Arrival next() throws IOException {
        while (true) {
            Open begun = open;
            @Nullable String id = begun == null ? null : begun.body.id();
            try {
                MultipartParts.Part part = held == null ? parts.next() : held;
                held = null;
                if (part == null) {
                    return begun == null ? null : broken(id, incomplete(begun));
                }
                if (part.is(MediaType.APPLICATION_JSON)) {
                    if (begun != null) {
                        held = part;
                        return broken(id, incomplete(begun));
                    }
                    refused = false;
                    FrameBody body = FrameBody.parse(part.body());
                    id = body.id();
                    open = new Open(body);
                } else if (!part.is(MediaType.IMAGE_JPEG) && !part.is(MediaType.IMAGE_PNG)) {
                    throw new InvalidRecordException(
                            "content-type",
                            "of part '%s' is %s, allowed are application/json, image/jpeg and"
                                            .formatted(part.name(), part.header("content-type"))
                                    + " image/png");
                } else if (begun == null) {
                    if (!refused || part.header(POSITION) != null) {
                        return alone(part);
                    }
                } else {
                    begun.add(part.name(), part.body());
                }
            } catch (InvalidRecordException e) {
                return broken(id, e);
            }
            Open complete = open;
            if (complete != null && complete.complete()) {
                open = null;
                return complete.frame();
            }
        }
    }

    private Arrival broken(@Nullable String id, InvalidRecordException e) {
        open = null;
        refused = true;
        return new Arrival.Broken(id, e);
    }

    private static InvalidRecordException incomplete(Open begun) {
        return new InvalidRecordException(
                "parts",
                begun.missing.contains("")
                        ? "the frame's image does not follow it"
                        : "do not follow the frame: " + begun.missing);
    }

    private static Arrival alone(MultipartParts.Part part) {
        @Nullable String id = part.header(ID);
        try {
            String position = part.header(POSITION);
            if (position == null) {
                throw new InvalidRecordException(
                        "frame-position",
                        "part '%s' has no such header, and no JSON comes before it"
                                .formatted(part.name()));
            }
            String name = part.name();
            return new Arrival.Frame(
                    id,
                    Position.parse(position),
                    time(part.header(TIME)),
                    capture -> put(capture, name, part.body()));
        } catch (InvalidRecordException e) {
            return new Arrival.Broken(id, e);
        }
    }

    private static @Nullable Instant time(@Nullable String header) {
        try {
            return header == null ? null : Instant.parse(header);
        } catch (DateTimeException e) {
            throw new InvalidRecordException(
                    "frame-time",
                    "is '%s', not a time such as 2026-03-01T10:00:00Z".formatted(header),
                    e);
        }
    }

    private static void put(CaptureBuilder capture, String name, byte[] image) {
        capture.picture(name.isEmpty() || name.equals(IMAGE) ? null : name, image);
    }
}

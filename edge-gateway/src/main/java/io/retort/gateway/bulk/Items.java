package io.retort.gateway.bulk;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.streaming.ItemJson;
import io.retort.gateway.streaming.Lines;
import io.retort.gateway.streaming.MultipartParts;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/// Items of a body that still comes in.
sealed interface Items {

    /// The next one, or null after the last.
    ///
    /// @throws IOException where the body breaks off
    @Nullable Item next() throws IOException;

    /// One item a line.
    record OfLines(Lines lines) implements Items {

        @Override
        public @Nullable Item next() throws IOException {
            try {
                byte[] line = lines.next();
                if (line == null) {
                    return null;
                }
                ItemBody body = ItemJson.read(line, ItemBody.class, "item");
                return new Item.Whole(body.id(), body.station(), body.payloads());
            } catch (InvalidRecordException e) {
                return new Item.Broken(null, e);
            }
        }
    }

    /// One item a part, named by its id: an image, or JSON.
    record OfParts(MultipartParts parts) implements Items {

        @Override
        public @Nullable Item next() throws IOException {
            @Nullable String id = null;
            try {
                MultipartParts.Part part = parts.next();
                if (part == null) {
                    return null;
                }
                id = part.name().isEmpty() ? null : part.name();
                if (part.is(MediaType.APPLICATION_JSON)) {
                    ItemBody body = ItemJson.read(part.body(), ItemBody.class, "item");
                    return new Item.Whole(
                            body.id() == null ? id : body.id(), body.station(), body.payloads());
                }
                if (part.is(MediaType.IMAGE_JPEG) || part.is(MediaType.IMAGE_PNG)) {
                    return new Item.Whole(id, null, capture -> capture.picture(null, part.body()));
                }
                String type = part.header(HttpHeaders.CONTENT_TYPE);
                throw new InvalidRecordException(
                        "content-type",
                        "is %s, allowed are image/jpeg, image/png and application/json"
                                .formatted(type == null ? "missing" : type));
            } catch (InvalidRecordException e) {
                return new Item.Broken(id, e);
            }
        }
    }
}

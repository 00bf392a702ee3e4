package io.retort.registry.models;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/// How a model card is told. Publishers upload each form as an artifact of its own.
enum CardForm {
    /// The one that comes where both are as welcome.
    JSON,
    PAGE;

    /// Of the version's artifacts.
    String variant() {
        return switch (this) {
            case JSON -> "card.json";
            case PAGE -> "card.html";
        };
    }

    MediaType type() {
        return switch (this) {
            case JSON -> MediaType.APPLICATION_JSON;
            case PAGE -> new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
        };
    }

    /// @param accept header of the request
    static CardForm accepted(String accept) throws HttpMediaTypeNotAcceptableException {
        try {
            List<MediaType> wanted = MediaType.parseMediaTypes(accept);
            MimeTypeUtils.sortBySpecificity(wanted);
            for (MediaType type : wanted) {
                for (CardForm form : values()) {
                    if (type.getQualityValue() > 0 && type.includes(form.type())) {
                        return form;
                    }
                }
            }
        } catch (InvalidMediaTypeException _) {
            // Nothing that there is.
        }
        throw new HttpMediaTypeNotAcceptableException(
                List.of(MediaType.APPLICATION_JSON, MediaType.TEXT_HTML));
    }
}

package io.retort.registry.problems;

import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/// Everything that a request can be refused for, with its status.
public enum Problem {
    INVALID_REQUEST(HttpStatus.BAD_REQUEST),
    NOT_FOUND(HttpStatus.NOT_FOUND),
    /// Was here, but the file's bytes are no longer those of its digest. A new upload heals it.
    DAMAGED_ARTIFACT(HttpStatus.NOT_FOUND),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE),
    CONFLICT(HttpStatus.CONFLICT),
    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE),
    INVALID_RECORD(HttpStatus.UNPROCESSABLE_CONTENT),
    DIGEST_MISMATCH(HttpStatus.UNPROCESSABLE_CONTENT),
    INTERNAL_ERROR(HttpStatus.INTERNAL_SERVER_ERROR),
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE),
    STORAGE_FULL(HttpStatus.INSUFFICIENT_STORAGE);

    private final HttpStatus status;

    Problem(HttpStatus status) {
        this.status = status;
    }

    HttpStatus status() {
        return status;
    }

    URI type() {
        return URI.create(
                "urn:retort:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    /// The first of a status is the general one.
    static Problem of(HttpStatusCode status) {
        for (Problem problem : values()) {
            if (problem.status.value() == status.value()) {
                return problem;
            }
        }
        return status.is5xxServerError() ? INTERNAL_ERROR : INVALID_REQUEST;
    }
}

package io.retort.gateway.oip;

import org.springframework.http.HttpStatus;

/// What is wrong with a request, as its sender is told.
final class OipException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;

    OipException(HttpStatus status, String message) {
        super(message);
        this.status = status;
    }

    static OipException invalid(String message) {
        return new OipException(HttpStatus.BAD_REQUEST, message);
    }

    HttpStatus status() {
        return status;
    }
}

package io.retort.gateway.assessment;

/// A part of a multipart body has a type that nothing is known about.
public final class UnsupportedPartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnsupportedPartException(String part, String type) {
        super(
                "part %s is %s; allowed are image/jpeg, image/png and application/json"
                        .formatted(part, type));
    }
}

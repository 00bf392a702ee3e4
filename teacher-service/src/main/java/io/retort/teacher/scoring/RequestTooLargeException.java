package io.retort.teacher.scoring;

import org.springframework.util.unit.DataSize;

/// The request's body exceeds the limit.
public final class RequestTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RequestTooLargeException(DataSize limit) {
        super("the body is larger than " + limit.toBytes() + " bytes");
    }
}

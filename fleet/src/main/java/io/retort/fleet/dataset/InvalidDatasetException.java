package io.retort.fleet.dataset;

import io.retort.contract.InvalidRecordException;

/// A dataset folder cannot be used as it is. The message says where and what: file, line, column.
public final class InvalidDatasetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidDatasetException(String place, String problem) {
        super(place + ": " + problem);
    }

    InvalidDatasetException(String place, InvalidRecordException cause) {
        super(place + ": " + cause.getMessage(), cause);
    }

    InvalidDatasetException(String place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
    }
}

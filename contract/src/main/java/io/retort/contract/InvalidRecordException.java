package io.retort.contract;

/// A record breaks the contract. The field is a path such as `modalities[rgb].image.data`.
public final class InvalidRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    public InvalidRecordException(String field, String problem) {
        super(field + ": " + problem);
        this.field = field;
    }

    public InvalidRecordException(String field, String problem, Throwable cause) {
        super(field + ": " + problem, cause);
        this.field = field;
    }

    public String field() {
        return field;
    }
}

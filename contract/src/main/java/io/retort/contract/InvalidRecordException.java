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

    /// The same of a record that lies within another, at `path`.
    public InvalidRecordException within(String path) {
        return new InvalidRecordException(
                path + "." + field,
                String.valueOf(getMessage()).substring(field.length() + 2),
                this);
    }
}

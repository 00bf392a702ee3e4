package io.retort.distillation.jobs;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// A request is not of the form that it should have. The field is a path such as `settings.epochs`,
/// empty where the whole is no JSON.
public final class InvalidRequestException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    private InvalidRequestException(String field, String problem, Throwable cause) {
        super(problem, cause);
        this.field = field;
    }

    /// @param root path of what was being read; empty for the request itself
    public static InvalidRequestException of(String root, JacksonException e) {
        StringBuilder path = new StringBuilder(root);
        for (JacksonException.Reference step : e.getPath()) {
            @Nullable String name = step.getPropertyName();
            if (name == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(name);
            }
        }
        String field = path.toString();
        if (field.isEmpty()) {
            return new InvalidRequestException("", "the body is no JSON object", e);
        }
        return new InvalidRequestException(
                field,
                field
                        + (e instanceof UnrecognizedPropertyException
                                ? " is not known"
                                : " is not of the right type"),
                e);
    }

    public String field() {
        return field;
    }
}

package io.retort.registry.models;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.retort.contract.InvalidRecordException;
import io.swagger.v3.oas.annotations.media.Schema;

/// Name of a model, an alias or a variant; fits into a path without escapes.
@Schema(type = "string", pattern = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
record Name(@JsonValue String text) implements Comparable<Name> {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Name {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")) {
            throw new InvalidRecordException(
                    "name",
                    "is not a name: 1 to 64 letters, digits, dots, dashes or underscores, starting"
                            + " with a letter or digit");
        }
    }

    @Override
    public int compareTo(Name other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}

package io.retort.distillation.sweep;

import io.retort.contract.schema.Schema;
import org.jspecify.annotations.Nullable;

/// One member of the student family at one image size.
///
/// @param student name in the family
/// @param side pixels of an image's longer side; null where the schema's own sizes are kept
public record Candidate(String student, @Nullable Integer side) {

    /// Also the name of its folder.
    @Override
    public String toString() {
        return side == null ? student : student + "-" + side + "px";
    }

    Schema sees(Schema schema) {
        return side == null ? schema : schema.resized(side);
    }
}

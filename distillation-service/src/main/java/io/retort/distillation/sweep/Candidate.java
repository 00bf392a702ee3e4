package io.retort.distillation.sweep;

import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architectures;
import org.jspecify.annotations.Nullable;

/// One member of the student family at one image size.
///
/// @param student name in the family
/// @param imageSide pixels of an image's longer side; null where the schema's own sizes are kept
public record Candidate(String student, @Nullable Integer imageSide) {

    /// Also the name of its folder.
    @Override
    public String toString() {
        return imageSide == null ? student : student + "-" + imageSide + "px";
    }

    /// How a candidate sees images: candidates of the same form share their tensors.
    record Form(@Nullable Integer imageSide, boolean summary) {}

    Form form() {
        return new Form(imageSide, Architectures.summarises(student));
    }

    Schema sees(Schema schema) {
        return imageSide == null ? schema : schema.resized(imageSide);
    }
}

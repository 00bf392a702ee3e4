package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import java.util.HashSet;
import java.util.List;

/// One of the classes; logits come in their order.
public record ClassificationHead(List<String> classes) implements Head {

    public ClassificationHead {
        classes = List.copyOf(classes);
        Numbers.requireBetween("classification.classes", classes.size(), 2, Limits.CLASSES);
        if (new HashSet<>(classes).size() < classes.size()) {
            throw new InvalidRecordException("classification.classes", "a class is named twice");
        }
        for (String category : classes) {
            if (category.isBlank() || category.length() > Limits.ID_CHARACTERS) {
                throw new InvalidRecordException(
                        "classification.classes",
                        "a class is blank or longer than " + Limits.ID_CHARACTERS);
            }
        }
    }

    @Override
    public int width() {
        return classes.size();
    }

    /// Index of a class in the logits.
    public int index(String head, String category) {
        int index = classes.indexOf(category);
        if (index < 0) {
            throw new InvalidRecordException(
                    "labels[" + head + "].category", "'" + category + "' is none of " + classes);
        }
        return index;
    }
}

package io.retort.learning.continual;

import io.retort.contract.schema.Schema;
import io.retort.learning.training.Example;
import java.util.List;

/// What has arrived.
///
/// @param schema of all classes known now, those of earlier tasks too
/// @param examples of the new captures, with targets of this schema
public record Task(Schema schema, List<Example> examples) {

    public Task {
        examples = List.copyOf(examples);
    }
}

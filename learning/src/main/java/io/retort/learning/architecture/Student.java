package io.retort.learning.architecture;

import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/// A member of the student family: how it encodes each kind of modality, and how wide it fuses
/// them.
sealed interface Student permits ArticleStudent, PlainStudent, SeparableStudent, SummaryStudent {

    String name();

    List<Layer> layers(Modality modality);

    /// Whether it sees statistics of images instead of their pixels.
    default boolean summarises() {
        return false;
    }

    int fusion();

    double dropout();

    default Architecture over(Schema schema) {
        List<Encoder> encoders = new ArrayList<>();
        schema.modalities()
                .forEach((modality, form) ->
                        encoders.add(new Encoder(modality, form.shape(), layers(form))));
        return new Architecture(name(), encoders, fusion(), dropout(), Architecture.heads(schema));
    }
}

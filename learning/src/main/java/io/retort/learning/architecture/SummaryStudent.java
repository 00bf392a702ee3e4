package io.retort.learning.architecture;

import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import java.util.List;

/// Sees an object's size, outline and colours, in numbers, and has one hidden layer over them: for
/// a hundred captures, of which a network that starts from pixels learns less. Other sensors are
/// encoded as by [PlainStudent].
record SummaryStudent() implements Student {

    @Override
    public String name() {
        return "retort-summary";
    }

    @Override
    public boolean summarises() {
        return true;
    }

    @Override
    public List<Layer> layers(Modality modality) {
        return modality instanceof ImageSummaryModality
                ? List.of(new Flatten())
                : new PlainStudent().layers(modality);
    }

    @Override
    public int fusion() {
        return 256;
    }

    @Override
    public double dropout() {
        return 0.1;
    }
}

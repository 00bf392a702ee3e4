package io.retort.learning.samples;

import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.SoftTarget;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that is known of one capture.
///
/// @param labels the capture's own, overlaid by its annotation's; empty where nobody labelled it
/// @param softTarget null until a teacher has scored the capture
public record Sample(Capture capture, Map<String, Label> labels, @Nullable SoftTarget softTarget) {

    public Sample {
        labels = Map.copyOf(labels);
    }

    public String id() {
        return capture.getId();
    }

    /// The physical object: never on both sides of a split.
    public String group() {
        return capture.getGroup().isEmpty() ? capture.getId() : capture.getGroup();
    }
}

package io.retort.distillation.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.retort.learning.evaluation.Interval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether a variant is good enough to be published beside the fp32 file, and why not.
///
/// @param how it was made
/// @param gains by head, of accuracy, or of closeness as a share of the head's range, over the fp32
///   file on held-out captures, with the interval over objects; heads with fewer than two labelled
///   objects are missing
/// @param p50Micros median time of a call, one capture on one thread
/// @param speedUp over the fp32 file, with its quartiles over rounds of calls
/// @param refused why it is not published; null where it is
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VariantVerdict(
        Variant variant,
        String how,
        long bytes,
        Map<String, Interval> gains,
        double p50Micros,
        Race.Pace speedUp,
        @Nullable String refused) {

    public VariantVerdict {
        gains = Collections.unmodifiableMap(new LinkedHashMap<>(gains));
    }
}

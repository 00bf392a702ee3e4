package io.retort.contract.reference;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.retort.contract.InvalidRecordException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What one head answered.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = HeadReference.Classes.class, name = "classification"),
    @JsonSubTypes.Type(value = HeadReference.Numbers.class, name = "regression")
})
public sealed interface HeadReference {

    /// @param shares of captures by the class that was named, in the head's order; their sum is 1
    /// @param energy of the logits
    record Classes(Map<String, Double> shares, Distribution energy) implements HeadReference {

        /// A share has a few digits alone.
        private static final double ROUNDING = 1e-3;

        public Classes {
            shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
            double sum = 0;
            for (double share : shares.values()) {
                if (!(share >= 0 && share <= 1)) {
                    throw new InvalidRecordException(
                            "reference.shares", share + " is no share of captures");
                }
                sum += share;
            }
            if (Math.abs(sum - 1) > ROUNDING) {
                throw new InvalidRecordException("reference.shares", "sum to " + sum);
            }
        }
    }

    /// @param values as answered, before they are clipped to the head's range
    record Numbers(Distribution values) implements HeadReference {}
}

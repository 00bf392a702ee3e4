package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;
import java.util.List;

/// Checks that the records of this package share.
final class Numbers {

    private Numbers() {}

    static void requireBetween(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidRecordException(
                    field, "is " + value + ", allowed are " + least + " to " + most);
        }
    }

    static void requirePositive(String field, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new InvalidRecordException(field, "is " + value + ", must be above 0 and finite");
        }
    }

    static List<Double> finite(String field, List<Double> values, int size) {
        if (values.size() != size) {
            throw new InvalidRecordException(
                    field, "has " + values.size() + " values, expected " + size);
        }
        for (int i = 0; i < size; i++) {
            if (!Double.isFinite(values.get(i))) {
                throw new InvalidRecordException(field + "[" + i + "]", "is not finite");
            }
        }
        return List.copyOf(values);
    }

    static List<Double> positive(String field, List<Double> values, int size) {
        List<Double> finite = finite(field, values, size);
        for (int i = 0; i < size; i++) {
            requirePositive(field + "[" + i + "]", finite.get(i));
        }
        return finite;
    }
}

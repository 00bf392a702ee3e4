package io.retort.contract.schema;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Limits;
import java.util.List;

/// Values over an ascending axis, such as reflectance over wavelength in nm. A payload with an axis
/// of its own is resampled linearly to this one; then the treatments run in order.
public record VectorModality(String unit, List<Double> axis, List<Treatment> treatments)
        implements Modality {

    public VectorModality {
        axis = Numbers.finite("vector.axis", axis, axis.size());
        Numbers.requireBetween("vector.axis", axis.size(), 2, Limits.VECTOR_VALUES);
        for (int i = 1; i < axis.size(); i++) {
            if (axis.get(i) <= axis.get(i - 1)) {
                throw new InvalidRecordException(
                        "vector.axis[" + i + "]", "the axis must ascend strictly");
            }
        }
        treatments = List.copyOf(treatments);
        for (Treatment treatment : treatments) {
            if (treatment instanceof SavitzkyGolay(int window, int _, int _)
                    && window > axis.size()) {
                throw new InvalidRecordException(
                        "vector.treatments",
                        "Savitzky-Golay window " + window + " exceeds the axis' " + axis.size());
            }
        }
    }

    @Override
    public TensorShape shape() {
        return new TensorShape(1, 1, axis.size());
    }
}

package io.retort.preprocessing;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.SavitzkyGolay;
import io.retort.contract.schema.StandardNormalVariate;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Values on the schema's axis, then its treatments in order.
///
/// A payload's own axis must cover the schema's; at either end the schema may reach out by one of
/// the payload's steps, where the outermost value holds. So sensors whose bands start between two
/// of the schema's are welcome, and nothing is ever extrapolated.
final class VectorTensors implements Tensors {

    private final String field;
    private final VectorModality modality;

    /// The schema's axis as floats, since that is what axes are on the wire: equal axes stay equal.
    private final float[] axis;

    private final List<UnaryOperator<Spectrum>> treatments = new ArrayList<>();

    VectorTensors(String field, VectorModality modality) {
        this.field = field;
        this.modality = modality;
        this.axis = new float[modality.axis().size()];
        for (int i = 0; i < axis.length; i++) {
            axis[i] = modality.axis().get(i).floatValue();
        }
        modality.treatments()
                .forEach(treatment ->
                        treatments.add(
                                switch (treatment) {
                                    case StandardNormalVariate _ -> Spectrum::standardNormalVariate;
                                    case SavitzkyGolay filter -> {
                                        SavitzkyGolayFilter fitted =
                                                new SavitzkyGolayFilter(filter);
                                        yield spectrum -> spectrum.filtered(fitted);
                                    }
                                }));
    }

    @Override
    public float[] tensor(Payload payload) {
        Tensors.requireKind(field, payload, Payload.KindCase.VECTOR);
        Vector vector = payload.getVector();
        Spectrum spectrum =
                Spectrum.of(vector.getAxisCount() == 0 ? copy(vector) : resample(vector));
        for (UnaryOperator<Spectrum> treatment : treatments) {
            spectrum = treatment.apply(spectrum);
        }
        float[] tensor = new float[axis.length];
        for (int i = 0; i < tensor.length; i++) {
            tensor[i] = (float) spectrum.values()[i];
        }
        Tensors.requireFinite(field + ".vector.values", tensor);
        return tensor;
    }

    private double[] copy(Vector vector) {
        if (vector.getValuesCount() != axis.length) {
            throw new InvalidRecordException(
                    field + ".vector.values",
                    "has %d values and no axis, the schema's axis has %d"
                            .formatted(vector.getValuesCount(), axis.length));
        }
        double[] values = new double[axis.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = vector.getValues(i);
        }
        return values;
    }

    private double[] resample(Vector vector) {
        int last = vector.getAxisCount() - 1;
        requireAxis(vector);
        requireCover(vector, last);
        double[] values = new double[axis.length];
        int left = 0;
        for (int i = 0; i < values.length; i++) {
            float at = axis[i];
            while (left < last && vector.getAxis(left + 1) <= at) {
                left++;
            }
            double value = vector.getValues(left);
            double start = vector.getAxis(left);
            if (left < last && at > start) {
                double part = (at - start) / (vector.getAxis(left + 1) - start);
                value += part * (vector.getValues(left + 1) - value);
            }
            values[i] = value;
        }
        return values;
    }

    private void requireAxis(Vector vector) {
        if (vector.getAxisCount() != vector.getValuesCount()) {
            throw new InvalidRecordException(
                    field + ".vector.axis",
                    "has %d values beside %d"
                            .formatted(vector.getAxisCount(), vector.getValuesCount()));
        }
        for (int i = 1; i < vector.getAxisCount(); i++) {
            if (!(vector.getAxis(i) > vector.getAxis(i - 1))) {
                throw new InvalidRecordException(
                        field + ".vector.axis[" + i + "]", "the axis must ascend strictly");
            }
        }
    }

    private void requireCover(Vector vector, int last) {
        double low = vector.getAxis(0);
        double high = vector.getAxis(last);
        double firstStep = last == 0 ? 0 : vector.getAxis(1) - low;
        double lastStep = last == 0 ? 0 : high - vector.getAxis(last - 1);
        // Negated, so that NaN is refused.
        if (!(axis[0] >= low - firstStep && axis[axis.length - 1] <= high + lastStep)) {
            throw new InvalidRecordException(
                    field + ".vector.axis",
                    "covers %s to %s %s, the schema needs %s to %s"
                            .formatted(
                                    vector.getAxis(0),
                                    vector.getAxis(last),
                                    modality.unit(),
                                    modality.axis().getFirst(),
                                    modality.axis().getLast()));
        }
    }
}

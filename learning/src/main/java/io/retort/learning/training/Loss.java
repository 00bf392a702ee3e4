package io.retort.learning.training;

import ai.djl.ndarray.NDArray;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The terms of an [Objective] as one number. Each term is a mean over the rows that it applies to,
/// so a batch with few annotations weighs them as a batch with many.
///
/// Constants are floats: a double beside a scalar would make the sum a double.
final class Loss {

    private Loss() {}

    /// @param projected the student's fused vector in the teacher's width; null without the term
    /// @return a scalar, or null where no term applies to this batch
    static @Nullable NDArray of(
            Schema schema,
            Objective objective,
            Network.Outputs outputs,
            Batch batch,
            @Nullable NDArray projected) {
        List<NDArray> terms = new ArrayList<>();
        for (Map.Entry<String, Head> entry : schema.heads().entrySet()) {
            NDArray output = outputs.heads().get(entry.getKey());
            if (output == null) {
                throw new IllegalArgumentException("the network has no head " + entry.getKey());
            }
            Batch.Aim annotated = batch.annotated().get(entry.getKey());
            Batch.Aim taught = batch.taught().get(entry.getKey());
            switch (entry.getValue()) {
                case ClassificationHead _ -> {
                    if (annotated != null && objective.supervised() > 0) {
                        terms.add(
                                crossEntropy(output, annotated)
                                        .mul((float) objective.supervised()));
                    }
                    if (taught != null && objective.distillation() > 0) {
                        terms.add(
                                divergence(output, taught, objective.temperature())
                                        .mul((float) objective.distillation()));
                    }
                }
                case RegressionHead _ -> {
                    double weight = objective.regression();
                    if (annotated != null && objective.supervised() * weight > 0) {
                        terms.add(
                                squaredError(output, annotated)
                                        .mul((float) (objective.supervised() * weight)));
                    }
                    if (taught != null && objective.distillation() * weight > 0) {
                        terms.add(
                                squaredError(output, taught)
                                        .mul((float) (objective.distillation() * weight)));
                    }
                }
            }
        }
        if (projected != null && batch.features() != null) {
            terms.add(squaredError(projected, batch.features()).mul((float) objective.features()));
        }
        return terms.stream().reduce(NDArray::add).orElse(null);
    }

    /// -sum_k y_k log softmax(z)_k, mean over the rows that count.
    static NDArray crossEntropy(NDArray logits, Batch.Aim oneHot) {
        return logits.logSoftmax(1).mul(oneHot.values()).sum().div((float) -oneHot.count());
    }

    /// T^2 KL(softmax(z_teacher / T) || softmax(z / T)), mean over the rows that count (Hinton,
    /// Vinyals & Dean 2015, section 2).
    static NDArray divergence(NDArray logits, Batch.Aim teacher, double temperature) {
        float t = (float) temperature;
        NDArray target = teacher.values().div(t);
        NDArray difference = target.logSoftmax(1).sub(logits.div(t).logSoftmax(1));
        return target.softmax(1)
                .mul(difference)
                .mul(teacher.mask())
                .sum()
                .mul(t * t / teacher.count());
    }

    /// Mean over the values of the rows that count.
    static NDArray squaredError(NDArray values, Batch.Aim aim) {
        NDArray difference = values.sub(aim.values());
        long width = aim.values().getShape().get(1);
        return difference.mul(difference).mul(aim.mask()).sum().div((float) aim.count() * width);
    }
}

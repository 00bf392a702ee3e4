package io.retort.distillation.evaluation;

import io.retort.learning.evaluation.Evaluation;
import org.jspecify.annotations.Nullable;

/// The student beside everything that it should beat, or equal, on the same held-out examples.
///
/// @param student the trained network
/// @param fp32 the same as an ONNX file
/// @param int8 the same as a quantized ONNX file
/// @param twin trained without a teacher, on annotations alone; null where nothing was annotated
/// @param constant the best answer that looks at nothing
public record Comparison(
        int heldOut,
        Evaluation student,
        Evaluation fp32,
        Evaluation int8,
        @Nullable Evaluation twin,
        Evaluation constant) {}

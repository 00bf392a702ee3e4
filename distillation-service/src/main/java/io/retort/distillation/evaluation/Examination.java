package io.retort.distillation.evaluation;

import io.retort.contract.schema.Schema;
import io.retort.distillation.export.OnnxModel;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The held-out examples as an exam that networks and files sit alike.
///
/// @param training what the constant answer is taken from
public record Examination(Schema schema, List<Example> training, List<Example> heldOut) {

    /// What was answered: head outputs by head, one a held-out example.
    ///
    /// @param twin null where there is none
    public record Answers(
            List<Map<String, float[]>> student,
            List<Map<String, float[]>> fp32,
            List<Map<String, float[]>> int8,
            @Nullable List<Map<String, float[]>> twin) {}

    /// Both networks and both files are asked once, for whoever wants to know.
    public Answers answers(
            Architecture architecture,
            Weights student,
            Path fp32,
            Path int8,
            @Nullable Weights twin)
            throws IOException {
        return new Answers(
                MultimodalModel.heads(architecture, student, inputs()),
                file(fp32),
                file(int8),
                twin == null ? null : MultimodalModel.heads(architecture, twin, inputs()));
    }

    public Comparison comparison(Answers answers) {
        return new Comparison(
                heldOut.size(),
                marked(answers.student()),
                marked(answers.fp32()),
                marked(answers.int8()),
                answers.twin() == null ? null : marked(answers.twin()),
                Evaluation.constant(schema, training, heldOut));
    }

    private List<Map<String, float[]>> file(Path onnx) throws IOException {
        try (OnnxModel model = OnnxModel.open(onnx)) {
            return model.run(inputs());
        }
    }

    private Evaluation marked(List<Map<String, float[]>> outputs) {
        return Evaluation.of(schema, heldOut, outputs);
    }

    private List<Map<String, float[]>> inputs() {
        return heldOut.stream().map(Example::inputs).toList();
    }
}

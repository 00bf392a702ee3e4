package io.retort.distillation.evaluation;

import io.retort.contract.schema.Schema;
import io.retort.distillation.export.OnnxModel;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The held-out examples as an exam that networks and files sit alike.
///
/// @param training what the constant answer is taken from
public record Examination(Schema schema, List<Example> training, List<Example> heldOut) {

    public Evaluation network(Architecture architecture, Weights weights) {
        try (MultimodalModel model = new MultimodalModel(architecture, weights)) {
            return marked(model.predict(inputs()).stream().map(Prediction::heads).toList());
        }
    }

    public Evaluation file(Path onnx) throws IOException {
        try (OnnxModel model = OnnxModel.open(onnx)) {
            return marked(model.run(inputs()));
        }
    }

    public Evaluation constant() {
        return Evaluation.constant(schema, training, heldOut);
    }

    private Evaluation marked(List<Map<String, float[]>> outputs) {
        return Evaluation.of(schema, heldOut, outputs);
    }

    private List<Map<String, float[]>> inputs() {
        return heldOut.stream().map(Example::inputs).toList();
    }
}

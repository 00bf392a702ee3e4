package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.model.FakeQuantization;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Trains a network a little more while it computes as its int8 file does, so that its weights
/// settle where rounding hurts least. Its teacher is the network itself in floats: what is wanted
/// are its answers, whoever taught those, and no label is looked at.
///
/// @param settings with the epochs of the fine-tuning, else as the network was trained
/// @param quantization of the file; equalization is left out, since it changes weights before they
///   are rounded
public record FineTuning(
        Architecture architecture,
        Schema schema,
        TrainingSettings settings,
        Quantization quantization) {

    /// Of the rate that the network was trained at: it is to settle, not to move.
    private static final double RATE = 0.1;

    private static final Recipe AS_BEFORE =
            Recipe.parse(
                    """
                    {"name": "fine-tuning", "terms": [
                      {"kind": "divergence", "temperature": 2, "weight": 1},
                      {"kind": "regressions", "weight": 1}]}
                    """);

    public FineTuning {
        quantization = quantization.unequalized();
    }

    /// Weights whose int8 file answers more like the float network.
    ///
    /// @param captures to calibrate with
    public Weights run(
            Weights weights,
            List<Example> examples,
            List<Map<String, float[]>> captures,
            Consumer<Progress> progress,
            BooleanSupplier cancelled)
            throws IOException {
        GraphProto int8 = quantization.of(FloatGraph.of(architecture, weights), captures);
        return Training.run(
                Assignment.of(
                                architecture,
                                schema,
                                taught(weights, examples),
                                AS_BEFORE,
                                settings.withLearningRate(RATE * settings.learningRate()))
                        .withInitial(weights)
                        .withQuantization(simulated(int8, quantization)),
                progress,
                cancelled);
    }

    private List<Example> taught(Weights weights, List<Example> examples) {
        List<Map<String, float[]>> answers =
                MultimodalModel.heads(
                        architecture, weights, examples.stream().map(Example::inputs).toList());
        List<Example> taught = new ArrayList<>(examples.size());
        for (int i = 0; i < examples.size(); i++) {
            taught.add(examples.get(i).taught(new Knowledge(answers.get(i), Map.of())));
        }
        return taught;
    }

    /// What the graph rounds, by the network's own names.
    static FakeQuantization simulated(GraphProto int8, Quantization quantization) {
        Map<String, FakeQuantization.Steps> activations = new LinkedHashMap<>();
        for (NodeProto node : int8.getNodeList()) {
            if (node.getOpType().equals("QuantizeLinear")) {
                TensorProto zero = WeightLayer.tensor(int8, node.getInput(2));
                activations.put(
                        dotted(node.getInput(0)),
                        new FakeQuantization.Steps(
                                Onnx.values(WeightLayer.tensor(int8, node.getInput(1)))[0],
                                Byte.toUnsignedInt(zero.getRawData().byteAt(0))));
            }
        }
        Set<String> kept = new TreeSet<>();
        for (String layer : quantization.kept()) {
            kept.add(layer.startsWith("/") ? dotted(layer) : "heads." + layer);
        }
        return new FakeQuantization(quantization.target().largestWeight(), activations, kept);
    }

    /// `/encoders/rgb/12/mean` is the network's `encoders.rgb.12`, `/fusion/sum` its `fusion`.
    private static String dotted(String tensor) {
        return tensor.replaceFirst("^/", "").replaceFirst("/(mean|sum)$", "").replace('/', '.');
    }
}

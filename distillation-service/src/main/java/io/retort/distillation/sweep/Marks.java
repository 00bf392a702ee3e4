package io.retort.distillation.sweep;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.distillation.export.OnnxModel;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What one file reached in one head on held-out captures.
record Marks(String metric, Interval interval) {

    static final String ACCURACY = "accuracy";

    private static final int RESAMPLES = 2000;

    /// @throws IllegalStateException where no held-out capture is labelled for the head
    static Marks of(Path onnx, Schema schema, String head, List<Example> heldOut)
            throws IOException {
        List<Example> labelled =
                heldOut.stream().filter(example -> example.targets().containsKey(head)).toList();
        if (labelled.isEmpty()) {
            throw new IllegalStateException("no held-out capture has a label of " + head);
        }
        try (OnnxModel model = OnnxModel.open(onnx)) {
            return of(
                    schema,
                    head,
                    labelled,
                    model.run(labelled.stream().map(Example::inputs).toList()));
        }
    }

    /// Captures of one object are not independent, so that the interval is that of whole groups
    /// where that is wider. It is not where all groups agree: then nothing varies among them.
    static Marks of(
            Schema schema,
            String head,
            List<Example> labelled,
            List<Map<String, float[]>> outputs) {
        HeadEvaluation alone =
                Objects.requireNonNull(Evaluation.of(schema, labelled, outputs).heads().get(head));
        List<PairedBootstrap.Score> scores = new ArrayList<>();
        for (int i = 0; i < labelled.size(); i++) {
            Example example = labelled.get(i);
            scores.add(
                    new PairedBootstrap.Score(
                            example.group(),
                            score(
                                    schema,
                                    head,
                                    Objects.requireNonNull(example.targets().get(head)),
                                    Objects.requireNonNull(outputs.get(i).get(head)))));
        }
        int groups = (int) scores.stream().map(PairedBootstrap.Score::group).distinct().count();
        double low = alone.low();
        double high = alone.high();
        if (groups > 1 && groups < labelled.size()) {
            Interval grouped = PairedBootstrap.mean(scores, RESAMPLES, 1);
            low = Math.min(low, grouped.low());
            high = Math.max(high, grouped.high());
        }
        return new Marks(alone.metric(), new Interval(alone.value(), low, high, groups));
    }

    private static double score(Schema schema, String head, float target, float[] answer) {
        return switch (schema.head(head)) {
            case ClassificationHead _ -> Prediction.winner(answer) == (int) target ? 1 : 0;
            case RegressionHead r ->
                    Math.abs(Math.clamp(answer[0], r.minimum(), r.maximum()) - target);
        };
    }
}

package io.retort.distillation.card;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.evaluation.Confusion;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.evaluation.Reliability;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one model's answers of one head are worth, on the held-out captures that have a label of
/// the head and an answer.
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface Marks {

    int RESAMPLES = 2000;

    /// As in the schema.
    @JsonProperty
    String kind();

    /// @param accuracy takes captures for independent
    /// @param accuracyByObject resamples objects; null where each has one capture
    /// @param macroF1 mean over the classes that occur or are answered
    record Classification(
            Interval accuracy,
            @Nullable Interval accuracyByObject,
            double balancedAccuracy,
            double macroF1,
            List<ClassMarks> classes,
            Confusion confusion,
            Reliability calibration)
            implements Marks {

        public Classification {
            classes = List.copyOf(classes);
        }

        @Override
        public String kind() {
            return "classification";
        }
    }

    /// @param examples of the class
    /// @param precision share of what was answered as the class that is of it: its purity
    /// @param recall share of the class that was answered as such: its recovery
    record ClassMarks(String name, int examples, Interval precision, Interval recall, double f1) {}

    /// Errors in the head's unit, answers clipped to its range.
    ///
    /// @param absoluteError its mean
    /// @param rootMeanSquare of the errors
    /// @param bias mean of answer less truth
    record Regression(
            HeadEvaluation absoluteError, double rootMeanSquare, double bias, double largestError)
            implements Marks {

        @Override
        public String kind() {
            return "regression";
        }
    }

    /// Empty where no capture has both.
    ///
    /// @param answers per example; empty where there is none
    static Optional<Marks> of(
            Schema schema,
            String head,
            List<Example> examples,
            List<Map<String, float[]>> answers,
            long seed) {
        Evaluation evaluation = Evaluation.of(schema, examples, answers);
        HeadEvaluation figure = evaluation.heads().get(head);
        if (figure == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (schema.head(head)) {
                    case ClassificationHead _ ->
                            classification(schema, head, examples, answers, seed);
                    case RegressionHead r -> regression(figure, r, head, examples, answers);
                });
    }

    private static Classification classification(
            Schema schema,
            String head,
            List<Example> examples,
            List<Map<String, float[]>> answers,
            long seed) {
        Confusion confusion = Evaluation.confusion(schema, head, examples, answers);
        List<ClassMarks> classes = new ArrayList<>();
        for (int i = 0; i < confusion.classes().size(); i++) {
            Interval recall = confusion.recall(i);
            classes.add(
                    new ClassMarks(
                            confusion.classes().get(i),
                            recall.n(),
                            confusion.precision(i),
                            recall,
                            confusion.f1(i)));
        }
        return new Classification(
                confusion.accuracy(),
                byObject(hits(head, examples, answers), seed),
                confusion.balancedAccuracy(),
                confusion.macroF1(),
                classes,
                confusion,
                Evaluation.reliability(schema, head, examples, answers).orElseThrow());
    }

    /// Per capture with a label and an answer, 1 where they are the same.
    static List<PairedBootstrap.Score> hits(
            String head, List<Example> examples, List<Map<String, float[]>> answers) {
        List<PairedBootstrap.Score> hits = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            Float truth = examples.get(i).targets().get(head);
            float[] answer = answers.get(i).get(head);
            if (truth != null && answer != null) {
                boolean hit = Prediction.winner(answer) == truth.intValue();
                hits.add(new PairedBootstrap.Score(examples.get(i).group(), hit ? 1 : 0));
            }
        }
        return hits;
    }

    /// Captures that are all right or all wrong would leave no width; then the objects count as one
    /// trial each.
    private static @Nullable Interval byObject(List<PairedBootstrap.Score> hits, long seed) {
        int objects = (int) hits.stream().map(PairedBootstrap.Score::group).distinct().count();
        if (objects == hits.size()) {
            return null;
        }
        double right = hits.stream().mapToDouble(PairedBootstrap.Score::value).sum();
        return objects < 2 || right == 0 || right == hits.size()
                ? Interval.share(right == 0 ? 0 : objects, objects)
                : PairedBootstrap.mean(hits, RESAMPLES, seed);
    }

    private static Regression regression(
            HeadEvaluation figure,
            RegressionHead range,
            String head,
            List<Example> examples,
            List<Map<String, float[]>> answers) {
        double sum = 0;
        double squares = 0;
        double largest = 0;
        for (int i = 0; i < examples.size(); i++) {
            Float truth = examples.get(i).targets().get(head);
            float[] answer = answers.get(i).get(head);
            if (truth != null && answer != null) {
                double error = Math.clamp(answer[0], range.minimum(), range.maximum()) - truth;
                sum += error;
                squares += error * error;
                largest = Math.max(largest, Math.abs(error));
            }
        }
        return new Regression(figure, Math.sqrt(squares / figure.n()), sum / figure.n(), largest);
    }
}

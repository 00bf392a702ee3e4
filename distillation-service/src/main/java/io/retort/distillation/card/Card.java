package io.retort.distillation.card;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.retort.contract.schema.ClassificationHead;
import io.retort.distillation.evaluation.Comparison;
import io.retort.distillation.gate.Curve;
import io.retort.distillation.gate.Verdict;
import io.retort.distillation.publishing.Artifact;
import io.retort.learning.evaluation.Condition;
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// All that is known of a release, as `card.json` has it. The page shows nothing else.
///
/// @param evaluation the headline figures, as in the version
/// @param heads by head, then by model: `fp32`, `int8`, `twin` and `teacher` where there is one
/// @param differences by classification head, the paired gain in accuracy on the same captures
/// @param slices by condition, then by file
/// @param labelBudget from few labels to all; the last is the published student itself
/// @param learningCurves of the final trainings, by candidate
/// @param provenance as in the version, but for the gate's verdict
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Card(
        String model,
        String student,
        List<String> modalities,
        Samples samples,
        Use use,
        Comparison evaluation,
        Map<String, Map<String, Marks>> heads,
        Map<String, Map<String, Difference>> differences,
        Map<String, Map<String, Evaluation>> slices,
        List<Budget> labelBudget,
        Map<String, Curve> learningCurves,
        Verdict gate,
        Size size,
        double parityMaxAbsDiff,
        List<String> teachers,
        JsonNode provenance) {

    static final String JSON = "card.json";
    static final String HTML = "card.html";

    /// Captures, and the objects that they show.
    record Samples(
            int training,
            int trainingObjects,
            int labelled,
            int labelledObjects,
            int heldOut,
            int heldOutObjects) {

        static Samples of(Evidence evidence) {
            List<Example> labelled =
                    evidence.training().stream().filter(Example::labelled).toList();
            return new Samples(
                    evidence.training().size(),
                    objects(evidence.training()),
                    labelled.size(),
                    objects(labelled),
                    evidence.heldOut().size(),
                    evidence.objects());
        }

        private static int objects(List<Example> examples) {
            return (int) examples.stream().map(Example::group).distinct().count();
        }
    }

    record Size(long parameters, long macs, Artifact fp32, Artifact int8) {}

    public static Card of(Subject subject, Evidence evidence) {
        long seed = subject.provenance().path("seed").asLong(1);
        Map<String, Map<String, Marks>> heads = new LinkedHashMap<>();
        Map<String, Map<String, Difference>> differences = new LinkedHashMap<>();
        evidence.schema()
                .heads()
                .forEach((head, kind) -> {
                    Map<String, Marks> marks = new LinkedHashMap<>();
                    evidence.answers()
                            .forEach((model, answers) ->
                                    Marks.of(
                                                    evidence.schema(),
                                                    head,
                                                    evidence.heldOut(),
                                                    answers,
                                                    seed)
                                            .ifPresent(found -> marks.put(model, found)));
                    if (!marks.isEmpty()) {
                        heads.put(head, marks);
                        if (kind instanceof ClassificationHead) {
                            differences.put(head, differences(evidence, head, seed));
                        }
                    }
                });
        Map<String, Map<String, Evaluation>> slices = new LinkedHashMap<>();
        evidence.slices().forEach((condition, files) -> slices.put(name(condition), files));
        ObjectNode provenance = subject.provenance().deepCopy().asObject();
        provenance.remove("gate");
        return new Card(
                subject.model(),
                subject.student(),
                List.copyOf(evidence.schema().modalities().keySet()),
                Samples.of(evidence),
                Use.of(subject, evidence, heads, differences),
                subject.comparison(),
                heads,
                differences,
                slices,
                labelBudget(subject, evidence),
                evidence.curves(),
                subject.gate(),
                new Size(subject.parameters(), subject.macs(), subject.fp32(), subject.int8()),
                subject.parityMaxAbsDiff(),
                subject.teachers(),
                provenance);
    }

    /// Leaves `card.json` and `card.html` in the folder.
    ///
    /// @return both, by variant
    public Map<String, Artifact> write(Path folder, JsonMapper json) throws IOException {
        JsonMapper readable = json.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(folder.resolve(JSON), readable.writeValueAsBytes(this));
        Files.writeString(folder.resolve(HTML), Page.of(this, readable));
        Map<String, Artifact> written = new LinkedHashMap<>();
        written.put(JSON, Artifact.of(folder.resolve(JSON)));
        written.put(HTML, Artifact.of(folder.resolve(HTML)));
        return written;
    }

    /// As in JSON and on the page.
    static String name(Condition condition) {
        return condition.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, Difference> differences(Evidence evidence, String head, long seed) {
        Map<String, Difference> differences = new LinkedHashMap<>();
        if (evidence.objects() >= 2) {
            differences.put(
                    "int8 over fp32", gain(evidence, head, Evidence.FP32, Evidence.INT8, seed));
            if (evidence.answers().containsKey(Evidence.TWIN)) {
                differences.put(
                        "fp32 over twin", gain(evidence, head, Evidence.TWIN, Evidence.FP32, seed));
            }
        }
        return differences;
    }

    private static Difference gain(
            Evidence evidence, String head, String first, String second, long seed) {
        return PairedBootstrap.of(
                Marks.hits(head, evidence.heldOut(), evidence.answers(first)),
                Marks.hits(head, evidence.heldOut(), evidence.answers(second)),
                Marks.RESAMPLES,
                seed);
    }

    private static List<Budget> labelBudget(Subject subject, Evidence evidence) {
        if (evidence.budgets().isEmpty()) {
            return List.of();
        }
        Samples samples = Samples.of(evidence);
        List<Budget> budgets = new ArrayList<>(evidence.budgets());
        budgets.add(
                new Budget(
                        1,
                        samples.labelledObjects(),
                        samples.labelled(),
                        subject.comparison().student()));
        return budgets;
    }
}

package io.retort.fleet.bench;

import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.LabelBudget;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Prediction;
import io.retort.learning.samples.Sample;
import io.retort.learning.teacher.Answer;
import io.retort.learning.teacher.Fitted;
import io.retort.learning.teacher.TeacherEnsemble;
import io.retort.learning.teacher.TeacherPlan;
import io.retort.learning.training.Example;
import io.retort.learning.training.Progress;
import io.retort.learning.training.TrainingSettings;
import io.retort.preprocessing.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A dataset of which one fold is set aside to be tested, and a teacher that learned the few
/// captures of the rest that are labelled.
///
/// @param seen by the student
/// @param material to train students with: some labelled, each with what the teacher says of it
/// @param test with every label, as the student sees it
/// @param pixels the same captures, as students see them that do not summarise images
/// @param teacher head outputs for each test capture
record TaughtFold(
        Schema seen,
        List<Example> material,
        List<Example> test,
        Pixels pixels,
        List<Map<String, float[]>> teacher) {

    /// @param training without what the teacher says
    record Pixels(Schema schema, List<Example> training, List<Example> test) {}

    /// @param budget labelled captures of the training side; 0 means all
    /// @param seed chooses them, and starts the teacher
    /// @param teacher modalities it sees
    /// @param student modalities it sees
    /// @param network of the student
    /// @param networks of the teacher
    record Question(
            int fold,
            int budget,
            long seed,
            List<String> teacher,
            List<String> student,
            String network,
            int networks,
            TrainingSettings settings) {}

    static TaughtFold of(Dataset dataset, Question question, Consumer<Progress> progress) {
        Iterable<Capture> learnt =
                () ->
                        dataset.items()
                                .filter(item -> item.fold() != question.fold())
                                .map(Dataset.Item::capture)
                                .iterator();
        Schema asked = dataset.schema().select(question.student());
        Schema seen = Architectures.seenBy(question.network(), asked, learnt);
        Schema known = dataset.schema().select(question.teacher());
        Set<String> labelled = labelled(dataset, question);
        List<Example> training = new ArrayList<>();
        List<Example> taught = new ArrayList<>();
        List<Example> test = new ArrayList<>();
        List<Example> teacherTest = new ArrayList<>();
        Pixels pixels =
                seen.equals(asked)
                        ? new Pixels(asked, training, test)
                        : new Pixels(asked, new ArrayList<>(), new ArrayList<>());
        Preprocessing plain = new Preprocessing(asked);
        Preprocessing students = new Preprocessing(seen);
        Preprocessing teachers = new Preprocessing(known);
        dataset.items()
                .forEach(item -> {
                    boolean tests = item.fold() == question.fold();
                    boolean shown = tests || labelled.contains(item.capture().getId());
                    Sample sample =
                            new Sample(item.capture(), shown ? item.labels() : Map.of(), null);
                    (tests ? test : training).add(Example.of(sample, students));
                    if (!seen.equals(asked)) {
                        (tests ? pixels.test() : pixels.training()).add(Example.of(sample, plain));
                    }
                    (tests ? teacherTest : taught).add(Example.of(sample, teachers));
                });
        TeacherPlan plan =
                new TeacherPlan(
                        known,
                        question.settings().withSeed(question.seed()),
                        question.networks(),
                        1);
        Fitted fitted = TeacherEnsemble.train(plan, taught, progress, () -> false);
        try (TeacherEnsemble teacher = new TeacherEnsemble(fitted.weights())) {
            List<Answer> answers = teacher.answers(taught);
            List<Example> material = new ArrayList<>();
            for (int i = 0; i < training.size(); i++) {
                material.add(training.get(i).taught(answers.get(i).knowledge()));
            }
            return new TaughtFold(
                    seen,
                    material,
                    test,
                    pixels,
                    teacher.answers(teacherTest).stream().map(Answer::heads).toList());
        }
    }

    private static Set<String> labelled(Dataset dataset, Question question) {
        List<Dataset.Entry> training =
                dataset.entries().stream().filter(e -> e.fold() != question.fold()).toList();
        return LabelBudget.choose(
                dataset.schema(),
                training,
                question.budget() == 0 ? training.size() : question.budget(),
                question.seed());
    }

    List<Integer> truths(String head) {
        return test.stream().map(e -> target(e, head)).toList();
    }

    /// The class that most labelled captures of the material have.
    int commonest(String head) {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (Example example : material) {
            if (example.targets().containsKey(head)) {
                counts.merge(target(example, head), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    List<Double> targets(String head) {
        return test.stream().map(e -> value(e, head)).toList();
    }

    /// Mean of the labelled captures' values.
    double middle(String head) {
        return material.stream()
                .filter(e -> e.targets().containsKey(head))
                .mapToDouble(e -> value(e, head))
                .average()
                .orElseThrow();
    }

    /// What each answer says, at most the head's range.
    static List<Double> values(
            List<Map<String, float[]>> answers, String head, RegressionHead range) {
        return answers.stream()
                .map(a ->
                        Math.clamp(
                                (double) Objects.requireNonNull(a.get(head))[0],
                                range.minimum(),
                                range.maximum()))
                .toList();
    }

    /// The class that each answer says.
    static List<Integer> winners(List<Map<String, float[]>> answers, String head) {
        return answers.stream()
                .map(a -> Prediction.winner(Objects.requireNonNull(a.get(head))))
                .toList();
    }

    private static double value(Example example, String head) {
        return Objects.requireNonNull(example.targets().get(head)).doubleValue();
    }

    private static int target(Example example, String head) {
        return Objects.requireNonNull(example.targets().get(head)).intValue();
    }
}

package io.retort.fleet.bench;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Course;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.LabelBudget;
import io.retort.fleet.terminal.Console;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.model.Prediction;
import io.retort.learning.samples.Sample;
import io.retort.learning.teacher.TeacherEnsemble;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// What few sensors say of a machine's state, head by head: a student without a teacher, one
/// distilled from all sensors, and that teacher. Folds keep operating blocks together; intervals
/// come from resampling blocks.
final class MaintenanceBench {

    private static final int RESAMPLES = 2000;
    private static final List<String> METHODS = List.of("constant", "twin", "distilled", "teacher");

    /// @param budget labelled captures of the training side; 0 means all
    /// @param networks of the teacher
    record Plan(
            String name,
            List<String> teacher,
            List<String> student,
            String network,
            int budget,
            List<Integer> folds,
            int seeds,
            long seed,
            int networks,
            TrainingSettings teacherSettings,
            TrainingSettings studentSettings) {}

    private final Plan plan;
    private final IntFunction<Dataset> datasets;
    private final Console console;

    MaintenanceBench(Plan plan, IntFunction<Dataset> datasets, Console console) {
        this.plan = plan;
        this.datasets = datasets;
        this.console = console;
    }

    /// One fold and seed.
    ///
    /// @param right by head and method, 1 where the capture's class was named
    record Cell(
            int fold,
            long seed,
            List<String> ids,
            List<String> groups,
            Map<String, List<Integer>> truths,
            Map<String, Map<String, List<Integer>>> right) {}

    /// @param ledger file of the cells that are done, which are not done again
    List<Row> run(Path ledger) throws IOException {
        Plan settings = plan;
        BenchLedger<Cell> done =
                BenchLedger.open(
                        ledger, settings + Recipe.preset("default").toString(), Cell.class);
        int all = plan.seeds() * plan.folds().size();
        for (long seed = plan.seed(); seed < plan.seed() + plan.seeds(); seed++) {
            for (int fold : plan.folds()) {
                long own = seed;
                if (done.entries().stream().noneMatch(c -> c.fold() == fold && c.seed() == own)) {
                    console.step(
                            "fold %d, seed %d: %d of %d cells are done"
                                    .formatted(fold, seed, done.entries().size(), all));
                    done.add(fill(fold, seed));
                }
            }
        }
        return rows(done.entries());
    }

    private Cell fill(int fold, long seed) {
        Dataset dataset = datasets.apply(fold);
        Schema seen = dataset.schema().select(plan.student());
        Schema known = dataset.schema().select(plan.teacher());
        Set<String> labelled = labelled(dataset, fold, seed);
        List<Example> training = new ArrayList<>();
        List<Example> taught = new ArrayList<>();
        List<Example> test = new ArrayList<>();
        List<Example> teacherTest = new ArrayList<>();
        Preprocessing students = new Preprocessing(seen);
        Preprocessing teachers = new Preprocessing(known);
        dataset.items()
                .forEach(item -> {
                    boolean tests = item.fold() == fold;
                    boolean shown = tests || labelled.contains(item.capture().getId());
                    Sample sample =
                            new Sample(item.capture(), shown ? item.labels() : Map.of(), null);
                    (tests ? test : training).add(Example.of(sample, students));
                    (tests ? teacherTest : taught).add(Example.of(sample, teachers));
                });
        TeacherEnsemble teacher =
                TeacherEnsemble.train(
                        known,
                        Architectures.teacher(known),
                        taught.stream().filter(Example::labelled).toList(),
                        plan.teacherSettings().withSeed(seed),
                        plan.networks(),
                        p -> tell("teacher", p.epoch(), p.epochs()),
                        () -> false);
        List<Knowledge> knowledge = teacher.answers(taught);
        List<Example> material = new ArrayList<>();
        for (int i = 0; i < training.size(); i++) {
            material.add(training.get(i).taught(knowledge.get(i)));
        }
        Course course =
                new Course(
                        Architectures.student(seen, plan.network()),
                        seen,
                        plan.studentSettings().withSeed(seed),
                        null);
        Map<String, List<Map<String, float[]>>> answers = new LinkedHashMap<>();
        answers.put(
                "teacher", teacher.answers(teacherTest).stream().map(Knowledge::heads).toList());
        for (String method : List.of("twin", "distilled")) {
            Candidate candidate =
                    method.equals("twin")
                            ? Candidate.twin()
                            : Candidate.distilled(Recipe.preset("default"));
            Course.Watch watch =
                    new Course.Watch(p -> tell(method, p.epoch(), p.epochs()), () -> false);
            answers.put(
                    method, course.answers(course.train(candidate, material, null, watch), test));
        }
        return cell(fold, seed, seen, material, test, answers);
    }

    private void tell(String what, int done, int all) {
        console.progress(
                "%s %s, epoch %d of %d".formatted(Console.bar(done, all, 24), what, done, all));
    }

    private Set<String> labelled(Dataset dataset, int fold, long seed) {
        List<Dataset.Entry> training =
                dataset.entries().stream().filter(e -> e.fold() != fold).toList();
        return LabelBudget.choose(
                dataset.schema(),
                training,
                plan.budget() == 0 ? training.size() : plan.budget(),
                seed);
    }

    private static Cell cell(
            int fold,
            long seed,
            Schema schema,
            List<Example> material,
            List<Example> test,
            Map<String, List<Map<String, float[]>>> answers) {
        Map<String, List<Integer>> truths = new LinkedHashMap<>();
        Map<String, Map<String, List<Integer>>> right = new LinkedHashMap<>();
        schema.heads()
                .forEach((head, kind) -> {
                    if (kind instanceof ClassificationHead) {
                        truths.put(head, test.stream().map(e -> target(e, head)).toList());
                        Map<String, List<Integer>> byMethod = new LinkedHashMap<>();
                        int most = commonest(material, head);
                        byMethod.put(
                                "constant",
                                test.stream().map(e -> target(e, head) == most ? 1 : 0).toList());
                        answers.forEach((method, said) -> {
                            List<Integer> marks = new ArrayList<>();
                            for (int i = 0; i < test.size(); i++) {
                                int winner =
                                        Prediction.winner(
                                                Objects.requireNonNull(said.get(i).get(head)));
                                marks.add(winner == target(test.get(i), head) ? 1 : 0);
                            }
                            byMethod.put(method, marks);
                        });
                        right.put(head, byMethod);
                    }
                });
        return new Cell(
                fold,
                seed,
                test.stream().map(Example::id).toList(),
                test.stream().map(Example::group).toList(),
                truths,
                right);
    }

    private static int target(Example example, String head) {
        return Objects.requireNonNull(example.targets().get(head)).intValue();
    }

    private static int commonest(List<Example> material, String head) {
        Map<Integer, Integer> counts = new TreeMap<>();
        for (Example example : material) {
            if (example.targets().containsKey(head)) {
                counts.merge(target(example, head), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    private List<Row> rows(List<Cell> cells) {
        List<Row> rows = new ArrayList<>();
        String labels = plan.budget() == 0 ? "all" : Integer.toString(plan.budget());
        for (String head : cells.getFirst().right().keySet()) {
            String path = "%s/%s-labels/%s/".formatted(plan.name(), labels, head);
            for (String method : METHODS) {
                rows.add(
                        row(
                                path + method,
                                "accuracy",
                                PairedBootstrap.mean(
                                        scores(cells, head, method), RESAMPLES, plan.seed())));
                rows.add(
                        Row.of(
                                path + method,
                                "balanced accuracy",
                                balanced(cells, head, method),
                                cells.size(),
                                "share"));
            }
            rows.add(row(path + "distilled", "gain over twin", gain(cells, head)));
        }
        return rows;
    }

    private static Row row(String name, String metric, Interval interval) {
        return new Row(
                name,
                metric,
                interval.value(),
                interval.low(),
                interval.high(),
                interval.n(),
                "share");
    }

    private static Map<String, double[]> means(List<Cell> cells, String head, String method) {
        Map<String, double[]> sums = new TreeMap<>();
        for (Cell cell : cells) {
            List<Integer> marks = marks(cell, head, method);
            for (int i = 0; i < marks.size(); i++) {
                double[] sum = sums.computeIfAbsent(cell.ids().get(i), _ -> new double[2]);
                sum[0] += marks.get(i);
                sum[1]++;
            }
        }
        return sums;
    }

    private static Map<String, String> groups(List<Cell> cells) {
        Map<String, String> groups = new TreeMap<>();
        for (Cell cell : cells) {
            for (int i = 0; i < cell.ids().size(); i++) {
                groups.put(cell.ids().get(i), cell.groups().get(i));
            }
        }
        return groups;
    }

    private static List<PairedBootstrap.Score> scores(
            List<Cell> cells, String head, String method) {
        Map<String, String> groups = groups(cells);
        List<PairedBootstrap.Score> scores = new ArrayList<>();
        means(cells, head, method)
                .forEach((id, sum) ->
                        scores.add(
                                new PairedBootstrap.Score(
                                        Objects.requireNonNull(groups.get(id)), sum[0] / sum[1])));
        return scores;
    }

    private Interval gain(List<Cell> cells, String head) {
        List<PairedBootstrap.Score> twin = scores(cells, head, "twin");
        List<PairedBootstrap.Score> distilled = scores(cells, head, "distilled");
        List<PairedBootstrap.Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < twin.size(); i++) {
            outcomes.add(
                    new PairedBootstrap.Outcome(
                            twin.get(i).group(), twin.get(i).value(), distilled.get(i).value()));
        }
        return PairedBootstrap.of(outcomes, RESAMPLES, plan.seed()).interval();
    }

    private static double balanced(List<Cell> cells, String head, String method) {
        Map<Integer, double[]> byClass = new TreeMap<>();
        for (Cell cell : cells) {
            List<Integer> truths = Objects.requireNonNull(cell.truths().get(head));
            List<Integer> marks = marks(cell, head, method);
            for (int i = 0; i < marks.size(); i++) {
                double[] sum = byClass.computeIfAbsent(truths.get(i), _ -> new double[2]);
                sum[0] += marks.get(i);
                sum[1]++;
            }
        }
        return byClass.values().stream().mapToDouble(s -> s[0] / s[1]).average().orElseThrow();
    }

    private static List<Integer> marks(Cell cell, String head, String method) {
        return Objects.requireNonNull(Objects.requireNonNull(cell.right().get(head)).get(method));
    }
}

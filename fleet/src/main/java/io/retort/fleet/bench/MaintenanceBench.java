package io.retort.fleet.bench;

import io.retort.contract.maintenance.Condition;
import io.retort.contract.maintenance.Factor;
import io.retort.contract.maintenance.Urgency;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Course;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.terminal.Console;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// What few sensors say of a machine's state, head by head: a student without a teacher, one
/// distilled from all sensors, and that teacher. Folds keep operating blocks or machines together;
/// intervals come from resampling those. Where heads are the article's wear, alignment and
/// lubrication, so is the urgency that follows from them.
final class MaintenanceBench {

    private static final String CONSTANT = "constant";

    private static final List<String> FACTORS =
            Stream.of(Factor.values()).map(Factor::head).toList();

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
    /// @param truths class by classification head
    /// @param answers class by classification head and method
    /// @param targets value by regression head
    /// @param values by regression head and method
    record Cell(
            int fold,
            long seed,
            List<String> ids,
            List<String> groups,
            Map<String, List<Integer>> truths,
            Map<String, Map<String, List<Integer>>> answers,
            Map<String, List<Double>> targets,
            Map<String, Map<String, List<Double>>> values) {}

    /// @param ledger file of the cells that are done, which are not done again
    List<Row> run(Path ledger) throws IOException {
        BenchLedger<Cell> done =
                BenchLedger.open(ledger, plan + Recipe.preset("default").toString(), Cell.class);
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

    private Cell fill(int index, long seed) {
        TaughtFold fold =
                TaughtFold.of(
                        datasets.apply(index),
                        new TaughtFold.Question(
                                index,
                                plan.budget(),
                                seed,
                                plan.teacher(),
                                plan.student(),
                                plan.network(),
                                plan.networks(),
                                plan.teacherSettings()),
                        p -> tell("teacher", p.epoch(), p.epochs()));
        Course course =
                new Course(
                        Architectures.student(fold.seen(), plan.network()),
                        fold.seen(),
                        plan.studentSettings().withSeed(seed),
                        null);
        Map<String, List<Map<String, float[]>>> said = new LinkedHashMap<>();
        said.put("twin", said(course, Candidate.twin(), fold));
        said.put("distilled", said(course, Candidate.distilled(Recipe.preset("default")), fold));
        said.put("teacher", fold.teacher());
        Map<String, List<Integer>> truths = new LinkedHashMap<>();
        Map<String, Map<String, List<Integer>>> answers = new LinkedHashMap<>();
        Map<String, List<Double>> targets = new LinkedHashMap<>();
        Map<String, Map<String, List<Double>>> values = new LinkedHashMap<>();
        int tests = fold.test().size();
        fold.seen()
                .heads()
                .forEach((head, kind) -> {
                    switch (kind) {
                        case ClassificationHead _ -> {
                            truths.put(head, fold.truths(head));
                            Map<String, List<Integer>> own = new LinkedHashMap<>();
                            own.put(CONSTANT, Collections.nCopies(tests, fold.commonest(head)));
                            said.forEach((method, outputs) ->
                                    own.put(method, TaughtFold.winners(outputs, head)));
                            answers.put(head, own);
                        }
                        case RegressionHead range -> {
                            targets.put(head, fold.targets(head));
                            Map<String, List<Double>> own = new LinkedHashMap<>();
                            own.put(CONSTANT, Collections.nCopies(tests, fold.middle(head)));
                            said.forEach((method, outputs) ->
                                    own.put(method, TaughtFold.values(outputs, head, range)));
                            values.put(head, own);
                        }
                    }
                });
        return new Cell(
                index,
                seed,
                fold.test().stream().map(Example::id).toList(),
                fold.test().stream().map(Example::group).toList(),
                truths,
                answers,
                targets,
                values);
    }

    private List<Map<String, float[]>> said(Course course, Candidate candidate, TaughtFold fold) {
        Course.Watch watch =
                new Course.Watch(p -> tell(candidate.name(), p.epoch(), p.epochs()), () -> false);
        return course.answers(course.train(candidate, fold.material(), null, watch), fold.test());
    }

    private void tell(String what, int done, int all) {
        console.progress(
                "%s %s, epoch %d of %d".formatted(Console.bar(done, all, 24), what, done, all));
    }

    private List<Row> rows(List<Cell> cells) {
        List<Row> rows = new ArrayList<>();
        String labels = plan.budget() == 0 ? "all" : Integer.toString(plan.budget());
        for (String head : cells.getFirst().truths().keySet()) {
            Marks marks = new Marks(plan.seed());
            for (Cell cell : cells) {
                List<Integer> truths = Objects.requireNonNull(cell.truths().get(head));
                Objects.requireNonNull(cell.answers().get(head))
                        .forEach((method, own) ->
                                marks.add(method, cell.ids(), cell.groups(), truths, own));
            }
            String path = "%s/%s-labels/%s/".formatted(plan.name(), labels, head);
            for (String method : marks.methods()) {
                rows.addAll(marks.accuracy(path + method, method));
            }
            rows.add(marks.gain(path + "distilled", "gain over twin", "twin", "distilled"));
        }
        for (String head : cells.getFirst().values().keySet()) {
            Errors errors = new Errors(plan.seed());
            for (Cell cell : cells) {
                List<Double> targets = Objects.requireNonNull(cell.targets().get(head));
                Objects.requireNonNull(cell.values().get(head))
                        .forEach((method, own) ->
                                errors.add(method, cell.ids(), cell.groups(), targets, own));
            }
            rows.addAll(rows("%s/%s-labels/%s/".formatted(plan.name(), labels, head), errors));
        }
        if (cells.getFirst().targets().keySet().containsAll(FACTORS)) {
            String path = "%s/%s-labels/urgency/".formatted(plan.name(), labels);
            Errors errors = urgencies(cells);
            rows.addAll(rows(path, errors));
            errors.methods().forEach(m -> rows.add(errors.greatestTenth(path + m, m)));
        }
        return rows;
    }

    private static List<Row> rows(String path, Errors errors) {
        List<Row> rows = new ArrayList<>();
        errors.methods().forEach(method -> rows.addAll(errors.rows(path + method, method)));
        rows.add(errors.gain(path + "distilled", "gain over twin", "twin", "distilled"));
        return rows;
    }

    private Errors urgencies(List<Cell> cells) {
        Errors errors = new Errors(plan.seed());
        for (Cell cell : cells) {
            List<Double> truths = urgencies(cell.targets());
            for (String method : cell.values().values().iterator().next().keySet()) {
                Map<String, List<Double>> own = new LinkedHashMap<>();
                for (String head : FACTORS) {
                    Map<String, List<Double>> byMethod =
                            Objects.requireNonNull(cell.values().get(head));
                    own.put(head, Objects.requireNonNull(byMethod.get(method)));
                }
                errors.add(method, cell.ids(), cell.groups(), truths, urgencies(own));
            }
        }
        return errors;
    }

    /// @param readings by head
    private static List<Double> urgencies(Map<String, List<Double>> readings) {
        int captures = readings.values().iterator().next().size();
        List<Double> urgencies = new ArrayList<>();
        for (int i = 0; i < captures; i++) {
            int at = i;
            Map<String, Double> own = new LinkedHashMap<>();
            readings.forEach((head, values) -> own.put(head, values.get(at)));
            urgencies.add(Urgency.of(Condition.of(own)).value());
        }
        return urgencies;
    }
}

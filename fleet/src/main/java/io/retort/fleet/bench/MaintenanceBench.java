package io.retort.fleet.bench;

import io.retort.contract.schema.ClassificationHead;
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

/// What few sensors say of a machine's state, head by head: a student without a teacher, one
/// distilled from all sensors, and that teacher. Folds keep operating blocks together; intervals
/// come from resampling blocks.
final class MaintenanceBench {

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
    /// @param truths class by head
    /// @param answers class by head and method
    record Cell(
            int fold,
            long seed,
            List<String> ids,
            List<String> groups,
            Map<String, List<Integer>> truths,
            Map<String, Map<String, List<Integer>>> answers) {}

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
        fold.seen()
                .heads()
                .forEach((head, kind) -> {
                    if (kind instanceof ClassificationHead) {
                        truths.put(head, fold.truths(head));
                        Map<String, List<Integer>> byMethod = new LinkedHashMap<>();
                        byMethod.put(
                                "constant",
                                Collections.nCopies(fold.test().size(), fold.commonest(head)));
                        said.forEach((method, outputs) ->
                                byMethod.put(method, TaughtFold.winners(outputs, head)));
                        answers.put(head, byMethod);
                    }
                });
        return new Cell(
                index,
                seed,
                fold.test().stream().map(Example::id).toList(),
                fold.test().stream().map(Example::group).toList(),
                truths,
                answers);
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
        for (String head : cells.getFirst().answers().keySet()) {
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
        return rows;
    }
}

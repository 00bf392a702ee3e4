package io.retort.fleet.bench;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Course;
import io.retort.distillation.gate.Gate;
import io.retort.distillation.gate.GateSettings;
import io.retort.distillation.gate.Verdict;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.LabelBudget;
import io.retort.fleet.terminal.Console;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.SideBySide;
import io.retort.learning.training.Term;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// What distillation gives, by label budget: the twin, self-training, every loss alone, the
/// presets, what the gate publishes, the teacher, and controls that see less than the student.
///
/// A cell is one budget, test fold and seed. Seeds choose the labelled captures and start the
/// networks. Each capture is tested once a seed; its marks are averaged over the seeds, and
/// intervals come from resampling objects.
final class DistillationBench {

    private static final String HEADER = "annotations, weight: 0.3";

    /// Each loss beside the annotations alone; the first is Hinton's.
    private static final Map<String, String> SINGLE = new LinkedHashMap<>();

    static {
        SINGLE.put("divergence", "{kind: divergence, weight: 0.7, temperature: 3}");
        SINGLE.put(
                "decoupled-divergence",
                "{kind: decoupled-divergence, weight: 0.7, temperature: 3}");
        SINGLE.put("features", "{kind: features, weight: 1}");
        SINGLE.put("distance-and-angle", "{kind: distance, weight: 1}, {kind: angle, weight: 2}");
        SINGLE.put("contrast", "{kind: contrast, weight: 0.5}");
    }

    /// @param budgets labelled captures of the training side; 0 means all
    /// @param networks of the teacher
    record Plan(
            String name,
            List<String> teacher,
            List<String> student,
            String network,
            List<Integer> budgets,
            List<Integer> folds,
            int seeds,
            long seed,
            int networks,
            TrainingSettings teacherSettings,
            TrainingSettings studentSettings,
            GateSettings gate,
            int workers) {

        /// What a cell depends on beside its budget, fold and seed.
        String cellSettings() {
            return List.of(
                            name,
                            teacher,
                            student,
                            network,
                            networks,
                            teacherSettings,
                            studentSettings,
                            gate,
                            Recipe.preset("default"),
                            SINGLE)
                    .toString();
        }
    }

    private final Plan plan;
    private final IntFunction<Dataset> datasets;
    private final Console console;
    private int before;

    /// @param datasets by test fold, since means and deviations are of the training folds
    DistillationBench(Plan plan, IntFunction<Dataset> datasets, Console console) {
        this.plan = plan;
        this.datasets = datasets;
        this.console = console;
    }

    /// @param ledger file of the cells that are done, which are not done again
    List<Row> run(Path ledger) throws IOException {
        BenchLedger<Cell> done = BenchLedger.open(ledger, plan.cellSettings(), Cell.class);
        List<Cell> cells = new ArrayList<>(done.entries());
        before = cells.size();
        List<Cell> open = new ArrayList<>();
        for (int budget : plan.budgets()) {
            for (long s = 0; s < plan.seeds(); s++) {
                for (int fold : plan.folds()) {
                    Cell cell = Cell.of(budget, fold, plan.seed() + s);
                    if (cells.stream().noneMatch(cell::same)) {
                        open.add(cell);
                    }
                }
            }
        }
        console.step(
                "%d cells of budget, fold and seed, %d of them done before"
                        .formatted(cells.size() + open.size(), cells.size()));
        SideBySide sideBySide = new SideBySide(plan.workers());
        Course.Watch watch = new Course.Watch(_ -> {}, sideBySide::stopped);
        List<Callable<Cell>> tasks = new ArrayList<>();
        for (Cell cell : open) {
            tasks.add(() -> {
                Cell filled = fill(cell, watch, what -> tell(done, open, cell, what));
                done.add(filled);
                tell(done, open, cell, "done");
                return filled;
            });
        }
        cells.addAll(sideBySide.run(tasks));
        List<Row> rows = new ArrayList<>();
        for (int budget : plan.budgets()) {
            rows.addAll(rows(budget, cells.stream().filter(c -> c.budget() == budget).toList()));
        }
        return rows;
    }

    private void tell(BenchLedger<Cell> done, List<Cell> open, Cell cell, String what) {
        int all = open.size() + before;
        int finished = done.entries().size();
        console.progress(
                "%s %d of %d cells; %s labels, fold %d, seed %d: %s"
                        .formatted(
                                Console.bar(finished, all, 24),
                                finished,
                                all,
                                cell.budget() == 0 ? "all" : cell.budget(),
                                cell.fold(),
                                cell.seed(),
                                what));
    }

    /// @param answers class by method, for each capture tested
    /// @param winner the gate's choice
    record Cell(
            int budget,
            int fold,
            long seed,
            List<String> ids,
            List<String> groups,
            List<Integer> truths,
            List<String> classes,
            Map<String, List<Integer>> answers,
            String winner) {

        static Cell of(int budget, int fold, long seed) {
            return new Cell(
                    budget, fold, seed, List.of(), List.of(), List.of(), List.of(), Map.of(), "");
        }

        boolean same(Cell other) {
            return budget == other.budget && fold == other.fold && seed == other.seed;
        }
    }

    private Cell fill(Cell cell, Course.Watch watch, Consumer<String> tell) {
        tell.accept("teacher");
        Dataset dataset = datasets.apply(cell.fold());
        String head = LabelBudget.firstClassification(dataset.schema());
        TaughtFold fold =
                TaughtFold.of(
                        dataset,
                        new TaughtFold.Question(
                                cell.fold(),
                                cell.budget(),
                                cell.seed(),
                                plan.teacher(),
                                plan.student(),
                                plan.network(),
                                plan.networks(),
                                plan.teacherSettings()),
                        watch.progress());
        Map<String, List<Integer>> answers = new LinkedHashMap<>();
        answers.put("teacher", TaughtFold.winners(fold.teacher(), head));
        answers.put("constant", Collections.nCopies(fold.test().size(), fold.commonest(head)));
        String winner = students(cell, fold, head, answers, watch, tell);
        return new Cell(
                cell.budget(),
                cell.fold(),
                cell.seed(),
                fold.test().stream().map(Example::id).toList(),
                fold.test().stream().map(Example::group).toList(),
                fold.truths(head),
                ((ClassificationHead) fold.seen().head(head)).classes(),
                answers,
                winner);
    }

    private String students(
            Cell cell,
            TaughtFold fold,
            String head,
            Map<String, List<Integer>> answers,
            Course.Watch watch,
            Consumer<String> tell) {
        Schema seen = fold.seen();
        List<Example> material = fold.material();
        Architecture architecture = Architectures.student(seen, plan.network());
        TrainingSettings settings = plan.studentSettings().withSeed(cell.seed());
        Course course = new Course(architecture, seen, settings, null);
        tell.accept("twin and self-training");
        Weights twin = course.train(Candidate.twin(), material, null, watch);
        answers.put("twin", TaughtFold.winners(course.answers(twin, fold.test()), head));
        Candidate self = Candidate.selfTraining();
        Weights selfTrained = course.selfTrain(self, twin, material, null, watch);
        answers.put(
                self.name(), TaughtFold.winners(course.answers(selfTrained, fold.test()), head));
        for (Candidate candidate : distilled(material, architecture)) {
            tell.accept(candidate.name());
            answers.put(candidate.name(), answers(course, candidate, fold, head, watch));
        }
        Recipe preset = within(Recipe.preset("article"), architecture);
        if (usable(preset, material) && plan.studentSettings().epochs() > 20) {
            tell.accept(preset.name());
            TrainingSettings own = TrainingSettings.article().withSeed(cell.seed());
            Course article = new Course(architecture, seen, own, null);
            answers.put(
                    preset.name(),
                    answers(article, Candidate.distilled(preset), fold, head, watch));
        }
        controls(fold, head, settings, answers, watch, tell);
        Course.Watch gate =
                new Course.Watch(
                        p -> tell.accept("gate, epoch %d of %d".formatted(p.epoch(), p.epochs())),
                        watch.cancelled());
        Verdict verdict =
                new Gate(course, plan.gate(), null, 1)
                        .prune(Recipe.preset("default"), material, gate);
        Candidate chosen = verdict.candidate(Recipe.preset("default"));
        List<Integer> own = answers.get(chosen.name());
        answers.put("auto", own == null ? answers(course, chosen, fold, head, watch) : own);
        return verdict.winner();
    }

    /// Networks of pixels, whatever the student sees.
    private void controls(
            TaughtFold fold,
            String head,
            TrainingSettings settings,
            Map<String, List<Integer>> answers,
            Course.Watch watch,
            Consumer<String> tell) {
        TaughtFold.Pixels pixels = fold.pixels();
        String network =
                Architectures.summarises(plan.network())
                        ? Architectures.DEFAULT_STUDENT
                        : plan.network();
        Course course =
                new Course(
                        Architectures.student(pixels.schema(), network),
                        pixels.schema(),
                        settings,
                        null);
        for (Controls.Control control : Controls.Control.values()) {
            List<Example> reduced = Controls.reduced(pixels.training(), pixels.schema(), control);
            if (reduced != null) {
                tell.accept(control.title());
                Weights weights = course.train(Candidate.twin(), reduced, null, watch);
                List<Example> asked =
                        Objects.requireNonNull(
                                Controls.reduced(pixels.test(), pixels.schema(), control));
                answers.put(
                        control.title(), TaughtFold.winners(course.answers(weights, asked), head));
            }
        }
    }

    private static List<Integer> answers(
            Course course, Candidate candidate, TaughtFold fold, String head, Course.Watch watch) {
        Weights weights = course.train(candidate, fold.material(), null, watch);
        return TaughtFold.winners(course.answers(weights, fold.test()), head);
    }

    private List<Candidate> distilled(List<Example> material, Architecture architecture) {
        List<Candidate> candidates = new ArrayList<>();
        SINGLE.forEach((name, terms) ->
                candidates.add(
                        Candidate.distilled(
                                Recipe.parse(
                                        "{name: %s, terms: [{kind: %s}, %s]}"
                                                .formatted(name, HEADER, terms)))));
        plan.student().stream()
                .map(DistillationBench::attention)
                .filter(recipe -> within(recipe, architecture).equals(recipe))
                .filter(recipe -> usable(recipe, material))
                .findFirst()
                .ifPresent(recipe -> candidates.add(Candidate.distilled(recipe)));
        candidates.add(Candidate.distilled(Recipe.preset("default")));
        return candidates;
    }

    private static Recipe attention(String modality) {
        return Recipe.parse(
                """
                {name: attention, terms: [{kind: %s},
                {kind: attention, weight: 1, teacher: %s, student: %s}]}
                """
                        .formatted(HEADER, modality, modality));
    }

    /// Without attention to a modality of which the student makes no map.
    private static Recipe within(Recipe recipe, Architecture architecture) {
        Recipe kept = recipe;
        for (Term term : recipe.terms()) {
            if (term instanceof Term.Attention attention
                    && architecture.encoders().stream()
                            .noneMatch(encoder ->
                                    encoder.modality().equals(attention.student())
                                            && encoder.lastSpatialLayer() >= 0)) {
                kept = kept.without(term.name());
            }
        }
        return kept;
    }

    /// Whether every term finds what it attends to.
    private static boolean usable(Recipe recipe, List<Example> material) {
        return recipe.terms().stream()
                .allMatch(term ->
                        term instanceof Term.Regressions
                                || material.stream()
                                        .anyMatch(new Recipe("one", List.of(term))::learnsFrom));
    }

    private List<Row> rows(int budget, List<Cell> cells) {
        String path = plan.name() + "/" + (budget == 0 ? "all" : budget) + "-labels/";
        Marks marks = new Marks(plan.seed());
        for (Cell cell : cells) {
            cell.answers()
                    .forEach((method, answers) ->
                            marks.add(method, cell.ids(), cell.groups(), cell.truths(), answers));
        }
        List<Row> rows = new ArrayList<>();
        for (String method : marks.methods()) {
            rows.addAll(marks.accuracy(path + method, method));
        }
        for (String method : marks.methods()) {
            if (!method.equals("twin")) {
                rows.add(marks.gain(path + method, "gain over twin", "twin", method));
            }
        }
        for (String method : List.of("default", "auto")) {
            String name = path + method;
            rows.add(marks.gain(name, "gain over self-training", "self-training", method));
            rows.addAll(marks.recalls(name, method, cells.getFirst().classes()));
        }
        Map<String, Integer> winners = new TreeMap<>();
        cells.forEach(cell -> winners.merge(cell.winner(), 1, Integer::sum));
        winners.forEach((winner, count) ->
                rows.add(
                        Row.of(
                                path + "auto",
                                "chose " + winner,
                                (double) count / cells.size(),
                                cells.size(),
                                "share of cells")));
        return rows;
    }
}

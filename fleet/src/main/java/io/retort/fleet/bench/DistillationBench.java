package io.retort.fleet.bench;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
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
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.Sample;
import io.retort.learning.teacher.TeacherEnsemble;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// What distillation gives, by label budget: the twin, self-training, every loss alone, the
/// presets, what the gate publishes, the teacher, and controls that see less than the student.
///
/// A cell is one budget, test fold and seed. Seeds choose the labelled captures and start the
/// networks. Each capture is tested once a seed; its marks are averaged over the seeds, and
/// intervals come from resampling objects.
final class DistillationBench {

    private static final int RESAMPLES = 2000;
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
    List<Row> run(Path ledger) throws IOException, InterruptedException {
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
        try (ExecutorService threads = Executors.newFixedThreadPool(plan.workers())) {
            List<Future<Cell>> futures = new ArrayList<>();
            for (Cell cell : open) {
                futures.add(
                        threads.submit(() -> {
                            Cell filled = fill(cell, what -> tell(done, open, cell, what));
                            done.add(filled);
                            tell(done, open, cell, "done");
                            return filled;
                        }));
            }
            for (Future<Cell> future : futures) {
                cells.add(future.get());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        }
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

    private Cell fill(Cell cell, Consumer<String> tell) {
        tell.accept("teacher");
        Dataset dataset = datasets.apply(cell.fold());
        String head = LabelBudget.firstClassification(dataset.schema());
        Schema seen = dataset.schema().select(plan.student());
        Schema known = dataset.schema().select(plan.teacher());
        Set<String> labelled = labelled(dataset, cell);
        List<Example> training = new ArrayList<>();
        List<Example> taught = new ArrayList<>();
        List<Example> test = new ArrayList<>();
        List<Example> teacherTest = new ArrayList<>();
        Preprocessing students = new Preprocessing(seen);
        Preprocessing teachers = new Preprocessing(known);
        dataset.items()
                .forEach(item -> {
                    boolean tests = item.fold() == cell.fold();
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
                        plan.teacherSettings().withSeed(cell.seed()),
                        plan.networks(),
                        _ -> {},
                        () -> false);
        List<Knowledge> knowledge = teacher.answers(taught);
        List<Example> material = new ArrayList<>();
        for (int i = 0; i < training.size(); i++) {
            material.add(training.get(i).taught(knowledge.get(i)));
        }
        Map<String, List<Integer>> answers = new LinkedHashMap<>();
        answers.put(
                "teacher",
                winners(
                        teacher.answers(teacherTest).stream().map(Knowledge::heads).toList(),
                        head));
        answers.put("constant", constant(material, head, test.size()));
        String winner = students(cell, seen, head, material, test, answers, tell);
        return new Cell(
                cell.budget(),
                cell.fold(),
                cell.seed(),
                test.stream().map(Example::id).toList(),
                test.stream().map(Example::group).toList(),
                test.stream().map(e -> target(e, head)).toList(),
                ((ClassificationHead) seen.head(head)).classes(),
                answers,
                winner);
    }

    private String students(
            Cell cell,
            Schema seen,
            String head,
            List<Example> material,
            List<Example> test,
            Map<String, List<Integer>> answers,
            Consumer<String> tell) {
        Architecture architecture = Architectures.student(seen, plan.network());
        TrainingSettings settings = plan.studentSettings().withSeed(cell.seed());
        Course course = new Course(architecture, seen, settings, null);
        for (Candidate candidate : candidates(material)) {
            tell.accept(candidate.name());
            Weights weights = course.train(candidate, material, null, Course.Watch.NONE);
            answers.put(candidate.name(), winners(course.answers(weights, test), head));
        }
        Course article =
                new Course(
                        architecture, seen, TrainingSettings.article().withSeed(cell.seed()), null);
        Recipe preset = Recipe.preset("article");
        if (usable(preset, material) && plan.studentSettings().epochs() > 20) {
            Weights weights =
                    article.train(Candidate.distilled(preset), material, null, Course.Watch.NONE);
            answers.put("article", winners(article.answers(weights, test), head));
        }
        for (String control : List.of("silhouette", "size")) {
            List<Example> reduced = reduced(material, seen, control);
            if (reduced != null) {
                Weights weights = course.train(Candidate.twin(), reduced, null, Course.Watch.NONE);
                List<Example> asked = Objects.requireNonNull(reduced(test, seen, control));
                answers.put(control + " only", winners(course.answers(weights, asked), head));
            }
        }
        Course.Watch watch =
                new Course.Watch(
                        p -> tell.accept("gate, epoch %d of %d".formatted(p.epoch(), p.epochs())),
                        () -> false);
        Verdict verdict =
                new Gate(course, plan.gate(), null, 1)
                        .prune(Recipe.preset("default"), material, watch);
        Candidate chosen = verdict.candidate(Recipe.preset("default"));
        List<Integer> own = answers.get(chosen.name());
        if (own == null) {
            Weights weights = course.train(chosen, material, null, Course.Watch.NONE);
            own = winners(course.answers(weights, test), head);
        }
        answers.put("auto", own);
        return verdict.winner();
    }

    private List<Candidate> candidates(List<Example> material) {
        List<Candidate> candidates = new ArrayList<>();
        candidates.add(Candidate.twin());
        candidates.add(Candidate.selfTraining());
        SINGLE.forEach((name, terms) -> {
            candidates.add(
                    Candidate.distilled(
                            Recipe.parse(
                                    "{name: %s, terms: [{kind: %s}, %s]}"
                                            .formatted(name, HEADER, terms))));
        });
        for (String modality : plan.student()) {
            Recipe attention =
                    Recipe.parse(
                            """
                            {name: attention, terms: [{kind: %s},
                            {kind: attention, weight: 1, teacher: %s, student: %s}]}
                            """
                                    .formatted(HEADER, modality, modality));
            if (usable(attention, material) && candidates.size() == SINGLE.size() + 2) {
                candidates.add(Candidate.distilled(attention));
            }
        }
        candidates.add(Candidate.distilled(Recipe.preset("default")));
        return candidates;
    }

    /// Whether every term finds what it attends to.
    private static boolean usable(Recipe recipe, List<Example> material) {
        return recipe.terms().stream()
                .allMatch(term ->
                        term instanceof io.retort.learning.training.Term.Regressions
                                || material.stream()
                                        .anyMatch(new Recipe("one", List.of(term))::learnsFrom));
    }

    private Set<String> labelled(Dataset dataset, Cell cell) {
        List<Dataset.Entry> training =
                dataset.entries().stream().filter(e -> e.fold() != cell.fold()).toList();
        int labels = cell.budget() == 0 ? training.size() : cell.budget();
        return LabelBudget.choose(dataset.schema(), training, labels, cell.seed());
    }

    /// The examples with images that show less: where something is, or how much of it there is.
    /// Null where the student sees no image. What is near the colour of the image's corners is
    /// background.
    static @Nullable List<Example> reduced(List<Example> examples, Schema schema, String control) {
        if (schema.modalities().values().stream().noneMatch(ImageModality.class::isInstance)) {
            return null;
        }
        List<Example> reduced = new ArrayList<>();
        for (Example example : examples) {
            Map<String, float[]> inputs = new LinkedHashMap<>();
            example.inputs()
                    .forEach((name, tensor) ->
                            inputs.put(
                                    name,
                                    schema.modality(name) instanceof ImageModality image
                                            ? reduced(image, tensor, control.equals("size"))
                                            : new float[tensor.length]));
            reduced.add(
                    new Example(example.id(), example.group(), inputs, example.targets(), null));
        }
        return reduced;
    }

    private static float[] reduced(ImageModality image, float[] tensor, boolean size) {
        int plane = image.height() * image.width();
        float[] mask = new float[plane];
        double area = 0;
        for (int i = 0; i < plane; i++) {
            double distance = 0;
            for (int c = 0; c < image.channels(); c++) {
                distance =
                        Math.max(
                                distance,
                                Math.abs(tensor[c * plane + i] - tensor[c * plane])
                                        * image.deviation().get(c));
            }
            mask[i] = distance > 0.03 ? 1 : 0;
            area += mask[i];
        }
        if (size) {
            Arrays.fill(mask, (float) (4 * area / plane - 1));
        }
        float[] all = new float[tensor.length];
        for (int c = 0; c < image.channels(); c++) {
            System.arraycopy(mask, 0, all, c * plane, plane);
        }
        return all;
    }

    private List<Row> rows(int budget, List<Cell> cells) {
        String path = plan.name() + "/" + (budget == 0 ? "all" : budget) + "-labels/";
        Map<String, Map<String, Marks>> marks = marks(cells);
        List<Row> rows = new ArrayList<>();
        Map<String, Marks> twin = Objects.requireNonNull(marks.get("twin"));
        marks.forEach((method, own) -> {
            Interval accuracy =
                    PairedBootstrap.mean(
                            own.values().stream()
                                    .map(m -> new PairedBootstrap.Score(m.group(), m.mean()))
                                    .toList(),
                            RESAMPLES,
                            plan.seed());
            rows.add(row(path + method, "accuracy", accuracy, "share"));
            rows.add(
                    Row.of(path + method, "balanced accuracy", balanced(own), own.size(), "share"));
        });
        marks.forEach((method, own) -> {
            if (!method.equals("twin")) {
                rows.add(gain(path + method, "gain over twin", twin, own));
            }
        });
        Map<String, Marks> self = Objects.requireNonNull(marks.get("self-training"));
        for (String method : List.of("default", "auto")) {
            Map<String, Marks> own = Objects.requireNonNull(marks.get(method));
            rows.add(gain(path + method, "gain over self-training", self, own));
            List<String> classes = cells.getFirst().classes();
            for (int k = 0; k < classes.size(); k++) {
                rows.add(
                        Row.of(
                                path + method,
                                "recall " + classes.get(k),
                                recall(own, k),
                                own.size(),
                                "share"));
            }
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

    private Row gain(String name, String metric, Map<String, Marks> first, Map<String, Marks> own) {
        List<PairedBootstrap.Outcome> outcomes = new ArrayList<>();
        own.forEach((id, m) ->
                outcomes.add(
                        new PairedBootstrap.Outcome(
                                m.group(),
                                Objects.requireNonNull(first.get(id)).mean(),
                                m.mean())));
        Difference difference = PairedBootstrap.of(outcomes, RESAMPLES, plan.seed());
        return row(name, metric, difference.interval(), "share");
    }

    private static Row row(String name, String metric, Interval interval, String unit) {
        return new Row(
                name,
                metric,
                interval.value(),
                interval.low(),
                interval.high(),
                interval.n(),
                unit);
    }

    /// One capture's marks over the seeds.
    private record Marks(String group, int truth, List<Integer> right) {
        double mean() {
            return right.stream().mapToInt(Integer::intValue).average().orElseThrow();
        }
    }

    private static Map<String, Map<String, Marks>> marks(List<Cell> cells) {
        Map<String, Map<String, Marks>> marks = new LinkedHashMap<>();
        for (Cell cell : cells) {
            cell.answers()
                    .forEach((method, answers) -> {
                        Map<String, Marks> own =
                                marks.computeIfAbsent(method, _ -> new TreeMap<>());
                        for (int i = 0; i < answers.size(); i++) {
                            int truth = cell.truths().get(i);
                            String group = cell.groups().get(i);
                            own.computeIfAbsent(
                                            cell.ids().get(i),
                                            _ -> new Marks(group, truth, new ArrayList<>()))
                                    .right()
                                    .add(answers.get(i) == truth ? 1 : 0);
                        }
                    });
        }
        return marks;
    }

    private static double balanced(Map<String, Marks> marks) {
        return marks.values().stream()
                .mapToInt(Marks::truth)
                .distinct()
                .mapToDouble(k -> recall(marks, k))
                .average()
                .orElseThrow();
    }

    private static double recall(Map<String, Marks> marks, int truth) {
        return marks.values().stream()
                .filter(m -> m.truth() == truth)
                .mapToDouble(Marks::mean)
                .average()
                .orElse(0);
    }

    private static List<Integer> constant(List<Example> training, String head, int size) {
        Map<Integer, Integer> counts = new TreeMap<>();
        training.stream()
                .filter(Example::labelled)
                .forEach(e -> counts.merge(target(e, head), 1, Integer::sum));
        int most =
                counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
        return java.util.Collections.nCopies(size, most);
    }

    private static List<Integer> winners(List<Map<String, float[]>> answers, String head) {
        return answers.stream()
                .map(a -> Prediction.winner(Objects.requireNonNull(a.get(head))))
                .toList();
    }

    private static int target(Example example, String head) {
        return Objects.requireNonNull(example.targets().get(head)).intValue();
    }

    /// Images per second of the student's training with the teacher's answers kept, against asking
    /// one of the teacher's networks for every image of every epoch; in turns.
    List<Row> throughput(int epochs, int turns) throws IOException {
        Dataset dataset = datasets.apply(plan.folds().getFirst());
        Schema seen = dataset.schema().select(plan.student());
        Schema known = dataset.schema();
        Preprocessing students = new Preprocessing(seen);
        Preprocessing teachers = new Preprocessing(known);
        List<Example> material = new ArrayList<>();
        List<Map<String, float[]>> inputs = new ArrayList<>();
        Architecture teacher = Architectures.teacher(known);
        dataset.items()
                .limit(256)
                .forEach(item -> {
                    Sample sample = new Sample(item.capture(), item.labels(), null);
                    material.add(Example.of(sample, students));
                    inputs.add(Example.of(sample, teachers).inputs());
                });
        double[] cached = new double[turns];
        double[] asked = new double[turns];
        List<Double> resident = new ArrayList<>();
        try (MultimodalModel model = new MultimodalModel(teacher, Weights.initial(teacher, 1))) {
            List<Example> taught = taught(material, model, inputs);
            Course course =
                    new Course(
                            Architectures.student(seen, plan.network()),
                            seen,
                            plan.studentSettings().withEpochs(1).withMinimumSteps(1),
                            null);
            Candidate candidate = Candidate.distilled(Recipe.preset("default"));
            for (int turn = -1; turn < turns; turn++) {
                long started = System.nanoTime();
                for (int epoch = 0; epoch < epochs; epoch++) {
                    course.train(candidate, taught, null, Course.Watch.NONE);
                }
                long between = System.nanoTime();
                for (int epoch = 0; epoch < epochs; epoch++) {
                    course.train(
                            candidate, taught(material, model, inputs), null, Course.Watch.NONE);
                }
                double images = (double) epochs * taught.size();
                if (turn >= 0) {
                    cached[turn] = images / ((between - started) / 1e9);
                    asked[turn] = images / ((System.nanoTime() - between) / 1e9);
                    resident.add(resident());
                }
            }
        }
        Arrays.sort(cached);
        Arrays.sort(asked);
        String name = plan.name() + "/training";
        return List.of(
                spread(name + "/cached soft targets", cached),
                spread(name + "/teacher in the loop", asked),
                Row.of(
                        name + "/cached soft targets",
                        "speed-up",
                        cached[turns / 2] / asked[turns / 2],
                        turns,
                        "x teacher in the loop"),
                Row.of(
                        name,
                        "resident memory growth",
                        resident.getLast() - resident.getFirst(),
                        turns,
                        "MB"));
    }

    private static Row spread(String name, double[] sorted) {
        return new Row(
                name,
                "images (least, most)",
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1],
                sorted.length,
                "1/s");
    }

    private static List<Example> taught(
            List<Example> material, MultimodalModel teacher, List<Map<String, float[]>> inputs) {
        var predictions = teacher.predict(inputs);
        List<Example> taught = new ArrayList<>();
        for (int i = 0; i < material.size(); i++) {
            taught.add(material.get(i).taught(Knowledge.of(predictions.get(i))));
        }
        return taught;
    }

    /// MB in memory; 0 where the system does not say.
    private static double resident() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        System.gc();
        return Files.isReadable(statm)
                ? Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096 / 1e6
                : 0;
    }
}

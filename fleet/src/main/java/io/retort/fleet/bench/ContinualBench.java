package io.retort.fleet.bench;

import io.retort.contract.schema.Schema;
import io.retort.fleet.terminal.Console;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.continual.AccuracyMatrix;
import io.retort.learning.continual.Consolidation;
import io.retort.learning.continual.ContinualLearner;
import io.retort.learning.continual.ContinualSettings;
import io.retort.learning.continual.ContinualState;
import io.retort.learning.continual.ReplayMemory;
import io.retort.learning.continual.Stage;
import io.retort.learning.continual.Strategy;
import io.retort.learning.continual.Task;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Assignment;
import io.retort.learning.training.Example;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.SideBySide;
import io.retort.learning.training.Training;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Whether a student keeps what it knows while classes arrive in tasks, by strategy: how well it
/// tells all classes seen so far apart after each task, without being told which task a capture is
/// of.
///
/// Classes that look alike compete as soon as both are known, so that even a student that is
/// trained anew on everything, `joint`, knows early tasks less well later. What a strategy itself
/// forgets is what exceeds that, and what it forgets where the task is known and only its classes
/// compete.
///
/// A cell is one scenario, method and seed; seeds start the networks and draw the memory.
final class ContinualBench {

    /// A strategy, or the upper bound that none reaches: all captures so far, from scratch.
    enum Method {
        NAIVE(Strategy.NAIVE),
        EWC(Strategy.EWC),
        EWC_ONLINE(Strategy.ONLINE_EWC),
        REPLAY(Strategy.REPLAY),
        EWC_REPLAY(Strategy.EWC_REPLAY),
        JOINT(null);

        private final @Nullable Strategy strategy;

        Method(@Nullable Strategy strategy) {
            this.strategy = strategy;
        }

        boolean replays() {
            return strategy != null && strategy.replays();
        }

        String title() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// What one method did with one scenario.
    ///
    /// @param accuracy share of task j's test captures named right after task i, all classes known
    ///   then competing; right of the diagonal, that of [NearestMeans]
    /// @param known the same where only the task's own classes compete
    /// @param untrained that of [NearestMeans] before the first task
    /// @param remembered examples in the memory at the end
    record Cell(
            String scenario,
            Method method,
            long seed,
            List<List<Double>> accuracy,
            List<List<Double>> known,
            List<Double> untrained,
            int remembered,
            double seconds) {

        AccuracyMatrix matrix() {
            return new AccuracyMatrix(accuracy);
        }

        AccuracyMatrix knownMatrix() {
            return new AccuracyMatrix(known);
        }

        boolean of(Scenario scenario, Method method) {
            return this.scenario.equals(scenario.digest()) && this.method == method;
        }
    }

    private final List<Scenario> scenarios;
    private final List<Method> methods;
    private final int seeds;
    private final long seed;
    private final int workers;
    private final Console console;

    /// @param seed the first of the seeds
    ContinualBench(
            List<Scenario> scenarios,
            List<Method> methods,
            int seeds,
            long seed,
            int workers,
            Console console) {
        this.scenarios = scenarios;
        this.methods = methods;
        this.seeds = seeds;
        this.seed = seed;
        this.workers = workers;
        this.console = console;
    }

    /// @param ledger file of the cells that are done, which are not done again
    List<Cell> run(Path ledger) throws IOException {
        BenchLedger<Cell> done = BenchLedger.open(ledger, "continual", Cell.class);
        for (Scenario scenario : scenarios) {
            List<Callable<Cell>> open = open(scenario, done);
            console.step(
                    "%s: %d cells of method and seed, %d of them done before"
                            .formatted(
                                    scenario.name(),
                                    methods.size() * seeds,
                                    methods.size() * seeds - open.size()));
            new SideBySide(workers).run(open);
        }
        return done.entries().stream()
                .filter(cell -> cell.seed() >= seed && cell.seed() < seed + seeds)
                .filter(cell -> scenarios.stream().anyMatch(s -> cell.of(s, cell.method())))
                .toList();
    }

    private List<Callable<Cell>> open(Scenario scenario, BenchLedger<Cell> done) {
        List<Cell> before = done.entries();
        List<Callable<Cell>> open = new ArrayList<>();
        Arrivals[] arrivals = new Arrivals[1];
        AtomicInteger finished = new AtomicInteger();
        for (long s = seed; s < seed + seeds; s++) {
            for (Method method : methods) {
                long own = s;
                if (before.stream()
                        .noneMatch(cell -> cell.of(scenario, method) && cell.seed() == own)) {
                    if (arrivals[0] == null) {
                        arrivals[0] = Arrivals.read(scenario, console);
                    }
                    Arrivals read = arrivals[0];
                    open.add(() -> {
                        Cell cell = fill(scenario, read, method, own);
                        done.add(cell);
                        console.step(
                                String.format(
                                        Locale.ROOT,
                                        "%s %s seed %d: average accuracy %.3f, mean forgetting"
                                                + " %.3f (%d of %d, %.0f s)",
                                        scenario.name(),
                                        method.title(),
                                        own,
                                        cell.matrix().average(),
                                        cell.matrix().meanForgetting(),
                                        finished.incrementAndGet(),
                                        open.size(),
                                        cell.seconds()));
                        return cell;
                    });
                }
            }
        }
        return open;
    }

    private Cell fill(Scenario scenario, Arrivals arrivals, Method method, long seed) {
        long started = System.nanoTime();
        int tasks = arrivals.tasks();
        List<List<Double>> accuracy = new ArrayList<>();
        List<List<Double>> known = new ArrayList<>();
        TrainingSettings training = scenario.training().withSeed(seed);
        ContinualState state = null;
        if (method.strategy != null) {
            state =
                    ContinualState.start(
                            method.strategy,
                            Architectures.DEFAULT_STUDENT,
                            arrivals.schemas().getFirst(),
                            Consolidation.DECAY,
                            ReplayMemory.of(
                                    arrivals.head(),
                                    scenario.perClass(),
                                    scenario.perClass() * arrivals.first().getLast(),
                                    seed));
        }
        for (int task = 0; task < tasks; task++) {
            Schema schema = arrivals.schemas().get(task);
            Architecture architecture = scenario.architecture(schema);
            String what =
                    "%s %s seed %d, task %d of %d"
                            .formatted(scenario.name(), method.title(), seed, task + 1, tasks);
            Weights weights;
            if (state == null) {
                weights = joint(scenario, arrivals, task, training, what);
            } else {
                state =
                        ContinualLearner.learn(
                                state,
                                new Task(schema, arrivals.training().get(task)),
                                ContinualSettings.usual(state.strategy(), training),
                                null,
                                stage -> console.progress(what + told(stage)),
                                () -> false);
                weights = Objects.requireNonNull(state.weights());
            }
            try (MultimodalModel student = new MultimodalModel(architecture, weights)) {
                List<Double> all = new ArrayList<>();
                List<Double> own = new ArrayList<>();
                for (int other = 0; other < tasks; other++) {
                    if (other <= task) {
                        examine(student, arrivals, other, all, own);
                    } else {
                        double ahead = NearestMeans.accuracy(student, arrivals, other);
                        all.add(ahead);
                        own.add(ahead);
                    }
                }
                accuracy.add(all);
                known.add(own);
            }
        }
        return new Cell(
                scenario.digest(),
                method,
                seed,
                accuracy,
                known,
                untrained(scenario, arrivals, seed),
                state == null ? 0 : state.memory().size(),
                (System.nanoTime() - started) / 1e9);
    }

    private static String told(Stage stage) {
        return switch (stage) {
            case Stage.Trained(Progress p) -> ", epoch %d of %d".formatted(p.epoch(), p.epochs());
            case Stage.Measured(int done, int samples) ->
                    ", importance by example %d of %d".formatted(done, samples);
        };
    }

    private Weights joint(
            Scenario scenario,
            Arrivals arrivals,
            int task,
            TrainingSettings training,
            String what) {
        List<Example> soFar = new ArrayList<>();
        arrivals.training().subList(0, task + 1).forEach(soFar::addAll);
        Schema schema = arrivals.schemas().get(task);
        return Training.run(
                Assignment.of(
                        scenario.architecture(schema),
                        schema,
                        soFar,
                        Recipe.annotations(),
                        training),
                trained -> console.progress(what + told(new Stage.Trained(trained))),
                () -> false);
    }

    /// Adds the shares of the task's test captures that are named right, all classes competing and
    /// only the task's own.
    private static void examine(
            MultimodalModel student,
            Arrivals arrivals,
            int task,
            List<Double> all,
            List<Double> own) {
        List<Example> test = arrivals.test().get(task);
        int from = arrivals.first().get(task);
        int to = arrivals.first().get(task + 1);
        List<Prediction> answers = student.predict(test.stream().map(Example::inputs).toList());
        int right = 0;
        int rightOfOwn = 0;
        for (int i = 0; i < test.size(); i++) {
            float[] logits = Objects.requireNonNull(answers.get(i).heads().get(arrivals.head()));
            int truth = arrivals.target(test.get(i));
            right += Prediction.winner(logits) == truth ? 1 : 0;
            float[] ownLogits = Arrays.copyOfRange(logits, from, to);
            rightOfOwn += from + Prediction.winner(ownLogits) == truth ? 1 : 0;
        }
        all.add((double) right / test.size());
        own.add((double) rightOfOwn / test.size());
    }

    private static List<Double> untrained(Scenario scenario, Arrivals arrivals, long seed) {
        Architecture architecture = scenario.architecture(arrivals.schemas().getFirst());
        List<Double> untrained = new ArrayList<>();
        try (MultimodalModel student =
                new MultimodalModel(architecture, Weights.initial(architecture, seed))) {
            for (int task = 0; task < arrivals.tasks(); task++) {
                untrained.add(NearestMeans.accuracy(student, arrivals, task));
            }
        }
        return untrained;
    }
}

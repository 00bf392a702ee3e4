package io.retort.distillation.gate;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.evaluation.PredictionPowered;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import io.retort.learning.training.GroupFolds;
import io.retort.learning.training.Progress;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.SideBySide;
import io.retort.learning.training.Term;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Compares candidates by grouped cross-validation on the training side alone, and names the best
/// that is safe.
///
/// Where labels are scarce, a handful of held-out ones can tell nothing apart. So a held-out
/// capture without a label is marked against its teacher's answer instead, and what the teacher is
/// wrong by is measured on the labelled ones and taken off ([PredictionPowered]).
///
/// A candidate is safe where the bootstrap gives it at most [GateSettings#risk] of being worse than
/// the twin. Of the safe ones and the twin, the one with the highest mean wins.
public final class Gate {

    private static final int RESAMPLES = 2000;

    /// Fewer labelled groups than this cannot be told apart by anything.
    private static final int FEWEST_GROUPS = 4;

    private final Course course;
    private final GateSettings settings;
    private final @Nullable Path checkpoints;
    private final int workers;

    /// @param checkpoints folder for the trainings' checkpoints; null keeps none
    /// @param workers threads that train side by side
    public Gate(Course course, GateSettings settings, @Nullable Path checkpoints, int workers) {
        this.course = course;
        this.settings = settings;
        this.checkpoints = checkpoints;
        this.workers = workers;
    }

    /// Judges the twin, self-training and one recipe.
    public Verdict judge(Recipe recipe, List<Example> examples, Course.Watch watch) {
        return judge(
                List.of(Candidate.twin(), Candidate.selfTraining(), Candidate.distilled(recipe)),
                recipe,
                examples,
                watch);
    }

    /// Judges the twin, self-training, the recipe, and the recipe without each of its terms in
    /// turn: a term that does not pay is switched off.
    public Verdict prune(Recipe recipe, List<Example> examples, Course.Watch watch) {
        List<Candidate> candidates = new ArrayList<>();
        candidates.add(Candidate.twin());
        candidates.add(Candidate.selfTraining());
        candidates.add(Candidate.distilled(recipe));
        for (Term term : recipe.terms()) {
            Recipe without = recipe.terms().size() > 1 ? recipe.without(term.name()) : null;
            if (without != null && matters(term, examples) && teaches(without, examples)) {
                candidates.add(Candidate.distilled(without));
            }
        }
        return judge(candidates, recipe, examples, watch);
    }

    /// @param candidates the twin first
    /// @param asked for, and published where nothing can be compared
    Verdict judge(
            List<Candidate> candidates, Recipe asked, List<Example> examples, Course.Watch watch) {
        Set<String> labelled = new HashSet<>();
        examples.stream().filter(Example::labelled).forEach(e -> labelled.add(e.group()));
        if (labelled.size() < FEWEST_GROUPS) {
            return new Verdict(
                    asked.name(),
                    "%d labelled objects are too few to compare anything on"
                            .formatted(labelled.size()),
                    List.of());
        }
        return verdict(candidates, asked, marks(candidates, examples, watch));
    }

    /// Marks of one held-out example.
    ///
    /// @param truths by candidate, against the annotation; empty without one
    /// @param proxies by candidate, against the teacher; empty without one
    private record Marks(String group, List<Double> truths, List<Double> proxies) {}

    private List<Marks> marks(
            List<Candidate> candidates, List<Example> examples, Course.Watch watch) {
        List<Fold> folds = folds(examples);
        int epochs =
                folds.stream().mapToInt(f -> candidates.size() * course.epochs(f.training())).sum();
        List<List<Map<String, float[]>>> answers =
                answers(folds, candidates, new Ticker(epochs, watch).watch());
        List<Marks> marks = new ArrayList<>();
        for (int fold = 0; fold < folds.size(); fold++) {
            List<Example> heldOut = folds.get(fold).heldOut();
            for (int i = 0; i < heldOut.size(); i++) {
                List<Double> truths = new ArrayList<>();
                List<Double> proxies = new ArrayList<>();
                for (int c = 0; c < candidates.size(); c++) {
                    Map<String, float[]> answer = answers.get(fold * candidates.size() + c).get(i);
                    add(truths, truth(course.schema(), heldOut.get(i), answer));
                    add(proxies, proxy(course.schema(), heldOut.get(i), answer));
                }
                marks.add(new Marks(heldOut.get(i).group(), truths, proxies));
            }
        }
        return marks;
    }

    private record Fold(int index, List<Example> training, List<Example> heldOut) {}

    private List<Fold> folds(List<Example> examples) {
        Map<String, Integer> dealt =
                GroupFolds.deal(examples, settings.folds(), course.settings().seed());
        List<Fold> folds = new ArrayList<>();
        for (int index = 0; index < settings.rounds(); index++) {
            Fold fold = new Fold(index, new ArrayList<>(), new ArrayList<>());
            for (Example example : examples) {
                (Objects.requireNonNull(dealt.get(example.group())) == index
                                ? fold.heldOut()
                                : fold.training())
                        .add(example);
            }
            folds.add(fold);
        }
        return folds;
    }

    /// Head outputs for the held-out examples, by fold and candidate within it.
    private List<List<Map<String, float[]>>> answers(
            List<Fold> folds, List<Candidate> candidates, Course.Watch watch) {
        SideBySide sideBySide = new SideBySide(workers);
        Course.Watch own =
                new Course.Watch(
                        watch.progress(),
                        () -> sideBySide.stopped() || watch.cancelled().getAsBoolean());
        List<Callable<List<List<Map<String, float[]>>>>> tasks = new ArrayList<>();
        for (Fold fold : folds) {
            for (List<Candidate> chain : chains(candidates)) {
                tasks.add(() -> answers(fold, chain, own));
            }
        }
        return sideBySide.run(tasks).stream().flatMap(List::stream).toList();
    }

    /// The candidates in their order; self-training stands behind the twin that labels for it,
    /// where it follows one.
    private static List<List<Candidate>> chains(List<Candidate> candidates) {
        List<List<Candidate>> chains = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (candidate.way() == Candidate.Way.SELF_TRAINING
                    && !chains.isEmpty()
                    && chains.getLast().getLast().way() == Candidate.Way.TWIN) {
                chains.getLast().add(candidate);
            } else {
                chains.add(new ArrayList<>(List.of(candidate)));
            }
        }
        return chains;
    }

    private List<List<Map<String, float[]>>> answers(
            Fold fold, List<Candidate> chain, Course.Watch watch) {
        Path own = checkpoints == null ? null : checkpoints.resolve("fold-" + fold.index());
        Weights first = course.train(chain.getFirst(), fold.training(), own, watch);
        List<List<Map<String, float[]>>> answers = new ArrayList<>();
        answers.add(course.answers(first, fold.heldOut()));
        for (Candidate candidate : chain.subList(1, chain.size())) {
            answers.add(
                    course.answers(
                            course.selfTrain(candidate, first, fold.training(), own, watch),
                            fold.heldOut()));
        }
        return answers;
    }

    private Verdict verdict(List<Candidate> candidates, Recipe asked, List<Marks> marks) {
        List<Verdict.Compared> compared = new ArrayList<>();
        for (int c = 0; c < candidates.size(); c++) {
            Candidate candidate = candidates.get(c);
            int own = c;
            Difference gain = c == 0 ? null : gain(marks, own);
            compared.add(
                    new Verdict.Compared(
                            candidate.name(),
                            candidate.way(),
                            candidate.recipe(),
                            PairedBootstrap.mean(
                                    marks.stream()
                                            .filter(m -> !m.truths().isEmpty())
                                            .map(m ->
                                                    new PairedBootstrap.Score(
                                                            m.group(), m.truths().get(own)))
                                            .toList(),
                                    RESAMPLES,
                                    course.settings().seed()),
                            gain,
                            gain == null || gain.worse() <= settings.risk()));
        }
        return settings.enforced()
                ? best(compared)
                : new Verdict(asked.name(), "the gate does not decide here", compared);
    }

    private static Verdict best(List<Verdict.Compared> compared) {
        Verdict.Compared winner = compared.getFirst();
        for (Verdict.Compared other : compared) {
            if (other.safe() && mean(other) > mean(winner)) {
                winner = other;
            }
        }
        Difference gain = winner.gain();
        String because =
                gain == null
                        ? "nothing safe was better than the twin"
                        : String.format(
                                Locale.ROOT,
                                "%+.1f points over the twin, 95 %% interval %+.1f to %+.1f,"
                                        + " probability of being worse %.2f",
                                100 * gain.interval().value(),
                                100 * gain.interval().low(),
                                100 * gain.interval().high(),
                                gain.worse());
        return new Verdict(winner.name(), because, compared);
    }

    private static double mean(Verdict.Compared compared) {
        Difference gain = compared.gain();
        return gain == null ? 0 : gain.interval().value();
    }

    private Difference gain(List<Marks> marks, int candidate) {
        List<PredictionPowered.Labelled> labelled = new ArrayList<>();
        List<PredictionPowered.Unlabelled> unlabelled = new ArrayList<>();
        List<PairedBootstrap.Outcome> untaught = new ArrayList<>();
        for (Marks m : marks) {
            if (m.truths().isEmpty()) {
                if (!m.proxies().isEmpty()) {
                    unlabelled.add(
                            new PredictionPowered.Unlabelled(
                                    m.group(), m.proxies().get(0), m.proxies().get(candidate)));
                }
            } else if (!m.proxies().isEmpty()) {
                labelled.add(
                        new PredictionPowered.Labelled(
                                m.group(),
                                m.truths().get(0),
                                m.truths().get(candidate),
                                m.proxies().get(0),
                                m.proxies().get(candidate)));
            }
            if (!m.truths().isEmpty()) {
                untaught.add(
                        new PairedBootstrap.Outcome(
                                m.group(), m.truths().get(0), m.truths().get(candidate)));
            }
        }
        long seed = course.settings().seed();
        return labelled.size() < untaught.size() || unlabelled.isEmpty()
                ? PairedBootstrap.of(untaught, RESAMPLES, seed)
                : PredictionPowered.of(labelled, unlabelled, RESAMPLES, seed);
    }

    private static void add(List<Double> marks, double mark) {
        if (!Double.isNaN(mark)) {
            marks.add(mark);
        }
    }

    /// Mean over the annotated heads, in [0, 1]; NaN without any.
    static double truth(Schema schema, Example example, Map<String, float[]> answer) {
        Map<String, float[]> truths = new LinkedHashMap<>();
        example.targets()
                .forEach((name, target) -> {
                    Head head = schema.head(name);
                    float[] row = new float[head.width()];
                    switch (head) {
                        case ClassificationHead _ -> row[target.intValue()] = 1;
                        case RegressionHead _ -> row[0] = target;
                    }
                    truths.put(name, row);
                });
        return mark(schema, truths, answer);
    }

    /// The same against the teacher's answers.
    static double proxy(Schema schema, Example example, Map<String, float[]> answer) {
        return example.knowledge() == null
                ? Double.NaN
                : mark(schema, example.knowledge().heads(), answer);
    }

    private static double mark(
            Schema schema, Map<String, float[]> truths, Map<String, float[]> answer) {
        double sum = 0;
        int count = 0;
        for (Map.Entry<String, float[]> truth : truths.entrySet()) {
            float[] own = answer.get(truth.getKey());
            if (own != null) {
                sum +=
                        switch (schema.head(truth.getKey())) {
                            case ClassificationHead _ ->
                                    Prediction.winner(own) == Prediction.winner(truth.getValue())
                                            ? 1
                                            : 0;
                            case RegressionHead r -> 1 - error(r, own[0], truth.getValue()[0]);
                        };
                count++;
            }
        }
        return count == 0 ? Double.NaN : sum / count;
    }

    private static double error(RegressionHead head, float answer, float truth) {
        double clipped = Math.clamp(answer, head.minimum(), head.maximum());
        return Math.min(1, Math.abs(clipped - truth) / (head.maximum() - head.minimum()));
    }

    private boolean matters(Term term, List<Example> examples) {
        boolean regresses =
                course.schema().heads().values().stream()
                        .anyMatch(RegressionHead.class::isInstance);
        return (regresses || !(term instanceof Term.Regressions))
                && teaches(new Recipe(term.name(), List.of(term)), examples);
    }

    private static boolean teaches(Recipe recipe, List<Example> examples) {
        return examples.stream().filter(recipe::learnsFrom).limit(2).count() == 2;
    }

    /// Many trainings' epochs as one count.
    private static final class Ticker {

        private final int epochs;
        private final Course.Watch watch;
        private int done;

        Ticker(int epochs, Course.Watch watch) {
            this.epochs = epochs;
            this.watch = watch;
        }

        Course.Watch watch() {
            return new Course.Watch(this::tick, watch.cancelled());
        }

        private synchronized void tick(Progress progress) {
            done++;
            watch.progress()
                    .accept(
                            new Progress(
                                    Math.min(done, epochs),
                                    epochs,
                                    progress.loss(),
                                    progress.rate(),
                                    progress.examplesPerSecond()));
        }
    }
}

package io.retort.distillation.gate;

import io.retort.contract.schema.RegressionHead;
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.PairedBootstrap;
import io.retort.learning.evaluation.PredictionPowered;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.Term;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
    private final CrossValidation validation;

    /// @param checkpoints folder for the trainings' checkpoints; null keeps none
    /// @param workers threads that train side by side
    public Gate(Course course, GateSettings settings, @Nullable Path checkpoints, int workers) {
        this.course = course;
        this.settings = settings;
        this.validation = new CrossValidation(course, settings, checkpoints, workers);
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
        return verdict(candidates, asked, validation.marks(candidates, examples, watch));
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
}

package io.retort.learning.training;

import io.retort.contract.InvalidRecordException;
import io.retort.learning.model.Prediction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a network learns from: the weighted sum of its terms.
///
/// @param name of the preset, or whatever its author calls it
/// @param terms at most one of a name
public record Recipe(String name, List<Term> terms) {

    private static final Schedule ALWAYS = Schedule.ALWAYS;

    public Recipe {
        if (name.isBlank()) {
            throw new InvalidRecordException("name", "is blank");
        }
        terms = List.copyOf(terms);
        if (terms.isEmpty()) {
            throw new InvalidRecordException("terms", "is empty: there is nothing to learn from");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < terms.size(); i++) {
            if (!names.add(terms.get(i).name())) {
                throw new InvalidRecordException(
                        "terms[" + i + "]", "'" + terms.get(i).name() + "' is there twice");
            }
        }
    }

    /// Annotations alone: teachers and the no-distillation twin.
    public static Recipe annotations() {
        return new Recipe("annotations", List.of(new Term.Annotations(1, 2, ALWAYS)));
    }

    /// The recipes that have names.
    ///
    /// - `annotations`: no teacher.
    /// - `default`: the terms that the ablation of `./retort bench distillation` shows best.
    /// - `article`: the article's 0.7 divergence at temperature 3, 0.2 features of the teacher's
    ///   colour encoder, 0.1 attention and the squared error of regressions, with the relational
    ///   family that its text names and its code lacks, and the supervised term that it lacks too.
    ///
    /// @throws InvalidRecordException where the name is none of them
    public static Recipe preset(String name) {
        Recipe preset = PRESETS.get(name);
        if (preset == null) {
            throw new InvalidRecordException(
                    "recipe", "'%s' is none of %s".formatted(name, PRESETS.keySet()));
        }
        return preset;
    }

    private static final Map<String, Recipe> PRESETS =
            Map.of(
                    "annotations",
                    annotations(),
                    "default",
                    new Recipe(
                            "default",
                            List.of(
                                    new Term.Annotations(0.3, 2, ALWAYS),
                                    new Term.Divergence(0.7, 3, ALWAYS),
                                    new Term.Regressions(1.4, ALWAYS),
                                    new Term.Features(0.2, Prediction.FUSED, ALWAYS))),
                    "article",
                    new Recipe(
                            "article",
                            List.of(
                                    new Term.Annotations(0.3, 2, ALWAYS),
                                    new Term.Divergence(0.7, 3, ALWAYS),
                                    new Term.Features(0.2, "rgb", ALWAYS),
                                    new Term.Attention(0.1, "rgb", "rgb", ALWAYS),
                                    new Term.Distance(0.1, Prediction.FUSED, ALWAYS),
                                    new Term.Angle(0.2, Prediction.FUSED, ALWAYS),
                                    new Term.Regressions(1, ALWAYS))));

    /// Reads JSON or YAML: the name of a preset, or `name` and `terms`, each with its `kind` and
    /// what differs from the kind's usual values.
    ///
    /// @throws InvalidRecordException naming the field that is unknown, of the wrong type or not
    ///   allowed, such as `recipe.terms[1].temperature`
    public static Recipe parse(String text) {
        return RecipeText.read(text);
    }

    /// As [#parse] reads it, in JSON.
    public String toJson() {
        return RecipeText.write(this);
    }

    /// Without the term of a name, which must not be the last one.
    public Recipe without(String term) {
        List<Term> kept = new ArrayList<>(terms);
        if (!kept.removeIf(t -> t.name().equals(term))) {
            throw new IllegalArgumentException("no term '" + term + "' in " + name);
        }
        return new Recipe(name + " without " + term, kept);
    }

    /// Whether a term applies to the example.
    public boolean learnsFrom(Example example) {
        return terms.stream().anyMatch(term -> applies(term, example));
    }

    private static boolean applies(Term term, Example example) {
        Knowledge knowledge = example.knowledge();
        return switch (term) {
            case Term.Annotations _ -> example.labelled();
            case Term.Divergence _, Term.DecoupledDivergence _, Term.Regressions _ ->
                    knowledge != null && !knowledge.heads().isEmpty();
            case Term.Features t -> has(knowledge, t.teacher());
            case Term.Distance t -> has(knowledge, t.teacher());
            case Term.Angle t -> has(knowledge, t.teacher());
            case Term.Contrast t -> has(knowledge, t.teacher());
            case Term.Attention t ->
                    knowledge != null
                            && knowledge.attention().containsKey(t.teacher())
                            && example.inputs().containsKey(t.student());
        };
    }

    private static boolean has(
            @org.jspecify.annotations.Nullable Knowledge knowledge, String name) {
        return knowledge != null && knowledge.features().containsKey(name);
    }
}

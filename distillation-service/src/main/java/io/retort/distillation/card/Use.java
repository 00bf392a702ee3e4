package io.retort.distillation.card;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Candidate;
import io.retort.learning.evaluation.Condition;
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.evaluation.Reliability;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a release is for and where its limits are, in sentences made from the figures. What they
/// say of answers is said of the int8 file, which gateways run where it is published.
///
/// @param intended what it is for
/// @param limits what to know before relying on it
record Use(List<String> intended, List<String> limits) {

    /// A share from fewer captures than this is told to be rough.
    private static final int FEW_EXAMINED = 10;

    private static final int FEW_LABELLED = 5;

    /// Differences of shares that are worth a sentence.
    private static final double WORTH_TELLING = 0.05;

    private static final int MOST_NAMED = 12;

    Use {
        intended = List.copyOf(intended);
        limits = List.copyOf(limits);
    }

    static Use of(
            Subject subject,
            Evidence evidence,
            Map<String, Map<String, Marks>> heads,
            Map<String, Map<String, Difference>> differences) {
        List<String> limits = new ArrayList<>();
        examined(evidence, limits);
        heads.forEach((head, models) -> {
            if (models.get(Evidence.INT8) instanceof Marks.Classification marks) {
                precision(head, marks, constant(subject, head), limits);
                classes(head, marks, evidence, limits);
                confidence(head, marks, limits);
            }
            conditions(head, evidence, limits);
        });
        differences.forEach((head, of) -> {
            Difference int8 = of.get("int8 over fp32");
            if (int8 != null && int8.interval().high() < 0) {
                limits.add(
                        "%s: the int8 file is worse than the fp32 file by %s points."
                                .formatted(head, Figures.points(-int8.interval().value())));
            }
        });
        for (VariantVerdict verdict : subject.variants()) {
            if (verdict.refused() != null) {
                limits.add(
                        "There is no %s file: %s."
                                .formatted(verdict.variant().title(), verdict.refused()));
            }
        }
        limits.add(
                "It always answers with one of its classes, also for an item that is of none of"
                        + " them.");
        limits.add(
                "A capture without %s cannot be answered."
                        .formatted(String.join(" or ", evidence.schema().modalities().keySet())));
        return new Use(intended(subject, evidence), limits);
    }

    private static List<String> intended(Subject subject, Evidence evidence) {
        Schema schema = evidence.schema();
        List<String> answers = new ArrayList<>();
        schema.heads().forEach((name, head) -> answers.add(name + " " + range(head)));
        Card.Samples samples = Card.Samples.of(evidence);
        return List.of(
                "From %s of one capture it tells %s."
                        .formatted(
                                String.join(" and ", schema.modalities().keySet()),
                                String.join(", ", answers)),
                "It is meant for captures like those that it learnt from: %s of %s, schema %s, of"
                                .formatted(
                                        count(samples.training(), "capture"),
                                        count(samples.trainingObjects(), "object"),
                                        schema.name())
                        + " which %s labelled.".formatted(are(samples.labelled())),
                knowledge(subject));
    }

    private static String knowledge(Subject subject) {
        Candidate.Way way =
                subject.gate().compared().stream()
                        .filter(compared -> compared.name().equals(subject.gate().winner()))
                        .map(compared -> compared.way())
                        .findFirst()
                        .orElse(Candidate.Way.DISTILLED);
        return switch (way) {
            case TWIN -> "It learnt from annotations alone, without a teacher.";
            case SELF_TRAINING ->
                    "It learnt from annotations, and from what a first student of its own kind said"
                            + " of captures without any.";
            case DISTILLED ->
                    subject.teachers().isEmpty()
                            ? "It learnt from annotations alone, without a teacher."
                            : "It learnt from annotations and from the answers of %s that %s more"
                                            .formatted(
                                                    count(subject.teachers().size(), "teacher"),
                                                    subject.teachers().size() == 1 ? "sees" : "see")
                                    + " or other sensors.";
        };
    }

    private static void examined(Evidence evidence, List<String> limits) {
        int captures = evidence.heldOut().size();
        if (captures == 0) {
            limits.add("No capture was held out, so nothing here says how good it is.");
            return;
        }
        limits.add(
                "It was examined on %s of %s that it never learnt from; another plant, camera or"
                                .formatted(
                                        count(captures, "capture"),
                                        count(evidence.objects(), "object"))
                        + " light is another matter.");
        if (evidence.objects() < captures) {
            limits.add(
                    "Some objects were captured several times. Intervals take captures for"
                            + " independent and are too narrow then; the accuracy by object is not.");
        }
    }

    private static void precision(
            String head, Marks.Classification marks, double constant, List<String> limits) {
        Interval accuracy =
                marks.accuracyByObject() == null ? marks.accuracy() : marks.accuracyByObject();
        double either =
                Math.max(accuracy.high() - accuracy.value(), accuracy.value() - accuracy.low());
        if (either > WORTH_TELLING) {
            limits.add(
                    "%s: with so few held-out captures the accuracy is known to within %s points"
                                    .formatted(head, Figures.points(either))
                            + " only.");
        }
        if (accuracy.low() <= constant) {
            limits.add(
                    "%s: it is not surely better than always giving the same answer, which is right"
                                    .formatted(head)
                            + " in %s of cases.".formatted(Figures.percent(constant)));
        }
    }

    private static double constant(Subject subject, String head) {
        HeadEvaluation constant = subject.comparison().constant().heads().get(head);
        return constant == null ? 0 : constant.value();
    }

    private static void classes(
            String head, Marks.Classification marks, Evidence evidence, List<String> limits) {
        Map<String, Integer> labelled = labelled(head, evidence);
        List<String> unexamined = new ArrayList<>();
        List<String> few = new ArrayList<>();
        List<String> never = new ArrayList<>();
        List<String> scarce = new ArrayList<>();
        for (Marks.ClassMarks each : marks.classes()) {
            String counted = "%s (%d)".formatted(each.name(), each.examples());
            if (each.examples() == 0) {
                unexamined.add(each.name());
            } else if (each.recall().value() == 0) {
                never.add(counted);
            } else if (each.examples() < FEW_EXAMINED) {
                few.add(counted);
            }
            int learnt = labelled.getOrDefault(each.name(), 0);
            if (learnt < FEW_LABELLED && learnt + each.examples() > 0) {
                scarce.add("%s (%d)".formatted(each.name(), learnt));
            }
        }
        tell(limits, head + ": never among the held-out captures, so not examined: ", unexamined);
        tell(limits, head + ": never recognised on the held-out captures: ", never);
        tell(
                limits,
                "%s: fewer than %d held-out captures, so purity and recovery are rough: "
                        .formatted(head, FEW_EXAMINED),
                few);
        tell(
                limits,
                "%s: fewer than %d labelled captures to learn from: ".formatted(head, FEW_LABELLED),
                scarce);
    }

    private static Map<String, Integer> labelled(String head, Evidence evidence) {
        Map<String, Integer> labelled = new LinkedHashMap<>();
        if (evidence.schema().head(head) instanceof ClassificationHead classification) {
            for (Example example : evidence.training()) {
                Float target = example.targets().get(head);
                if (target != null) {
                    labelled.merge(
                            classification.classes().get(target.intValue()), 1, Integer::sum);
                }
            }
        }
        return labelled;
    }

    private static void confidence(String head, Marks.Classification marks, List<String> limits) {
        double said = 0;
        double right = 0;
        int n = 0;
        for (Reliability.Bin bin : marks.calibration().bins()) {
            said += bin.count() * bin.confidence();
            right += bin.count() * bin.accuracy();
            n += bin.count();
        }
        double excess = (said - right) / n;
        if (Math.abs(excess) > WORTH_TELLING) {
            limits.add(
                    "%s: its confidence is too %s: it says %s on average and is right in %s."
                            .formatted(
                                    head,
                                    excess > 0 ? "high" : "low",
                                    Figures.percent(said / n),
                                    Figures.percent(right / n)));
        }
    }

    private static void conditions(String head, Evidence evidence, List<String> limits) {
        HeadEvaluation clean = slice(evidence, Condition.CLEAN, head);
        if (clean == null || !(evidence.schema().head(head) instanceof ClassificationHead)) {
            return;
        }
        for (Condition condition : Condition.values()) {
            HeadEvaluation slice = slice(evidence, condition, head);
            if (slice != null && clean.value() - slice.value() > WORTH_TELLING) {
                limits.add(
                        "%s: %s, as simulated, takes accuracy from %s to %s."
                                .formatted(
                                        head,
                                        Card.name(condition),
                                        Figures.percent(clean.value()),
                                        Figures.percent(slice.value())));
            }
        }
    }

    private static @Nullable HeadEvaluation slice(
            Evidence evidence, Condition condition, String head) {
        Map<String, Evaluation> files = evidence.slices().get(condition);
        Evaluation int8 = files == null ? null : files.get(Evidence.INT8);
        return int8 == null ? null : int8.heads().get(head);
    }

    private static void tell(List<String> limits, String what, List<String> names) {
        if (!names.isEmpty()) {
            int named = Math.min(names.size(), MOST_NAMED);
            limits.add(
                    what
                            + String.join(", ", names.subList(0, named))
                            + (named < names.size()
                                    ? " and %d more.".formatted(names.size() - named)
                                    : "."));
        }
    }

    private static String range(Head head) {
        return switch (head) {
            case ClassificationHead c -> "(one of %d classes)".formatted(c.classes().size());
            case RegressionHead r ->
                    String.format(Locale.ROOT, "(%s to %s)", r.minimum(), r.maximum());
        };
    }

    private static String count(int n, String what) {
        return n == 1 ? "1 " + what : n + " " + what + "s";
    }

    private static String are(int n) {
        return n == 1 ? "1 was" : n + " were";
    }
}

package io.retort.distillation.card;

import io.retort.distillation.chart.Intervals;
import io.retort.distillation.chart.Plot;
import io.retort.distillation.gate.Verdict;
import io.retort.learning.evaluation.Confusion;
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.evaluation.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A card as one page that asks nobody for anything: no scripts, no links, pictures within.
final class Page {

    private final Card card;
    private final JsonMapper json;
    private final Html html;

    private Page(Card card, JsonMapper json) {
        this.card = card;
        this.json = json;
        this.html = new Html(card.model() + ": model card");
    }

    /// @param json writes what is shown as JSON
    static String of(Card card, JsonMapper json) {
        return new Page(card, json).written();
    }

    private String written() {
        header();
        use();
        headline();
        card.heads().forEach(this::head);
        conditions();
        gate();
        labelBudget();
        curves();
        provenance();
        return html.ended();
    }

    private void header() {
        html.header(
                card.model(),
                "Model card of a student %s that sees %s%s"
                        .formatted(card.student(), String.join(", ", card.modalities()), made()));
        List<Html.Tile> tiles = new ArrayList<>();
        card.evaluation()
                .int8()
                .heads()
                .forEach((head, figure) ->
                        tiles.add(
                                new Html.Tile(
                                        head + ", int8",
                                        Figures.value(figure),
                                        Figures.metric(figure) + ", " + Figures.bounds(figure))));
        Card.Samples samples = card.samples();
        tiles.add(
                new Html.Tile(
                        "held out",
                        Figures.whole(samples.heldOut()),
                        "captures of " + Figures.whole(samples.heldOutObjects()) + " objects"));
        tiles.add(
                new Html.Tile(
                        "int8 file",
                        Figures.kilobytes(card.size().int8().bytes()),
                        Figures.kilobytes(card.size().fp32().bytes()) + " as fp32"));
        tiles.add(
                new Html.Tile(
                        "per capture",
                        Figures.millions(card.size().macs()),
                        "multiply-adds, "
                                + Figures.whole(card.size().parameters())
                                + " parameters"));
        html.tiles(tiles);
    }

    private String made() {
        String ended = card.provenance().path("ended").asString("");
        return ended.length() < 10 ? "" : ", of " + ended.substring(0, 10);
    }

    private void use() {
        html.section("Intended use");
        html.list(card.use().intended());
        html.section("Limits");
        html.list(card.use().limits());
    }

    private void headline() {
        if (card.samples().heldOut() == 0) {
            return;
        }
        html.section("On held-out captures");
        Map<String, Evaluation> rows = new LinkedHashMap<>();
        rows.put("constant answer", card.evaluation().constant());
        if (card.evaluation().twin() != null) {
            rows.put("twin, not distilled", card.evaluation().twin());
        }
        rows.put("student, fp32", card.evaluation().fp32());
        rows.put("student, int8", card.evaluation().int8());
        List<String> heads = List.copyOf(card.evaluation().fp32().heads().keySet());
        List<List<String>> cells = new ArrayList<>();
        rows.forEach((name, evaluation) -> {
            List<String> row = new ArrayList<>(List.of(name));
            heads.forEach(head -> row.add(Figures.figure(evaluation.heads().get(head))));
            cells.add(row);
        });
        List<String> teacher = new ArrayList<>(List.of("teacher"));
        heads.forEach(head -> teacher.add(teacher(head)));
        if (teacher.stream().skip(1).anyMatch(cell -> !cell.isEmpty())) {
            cells.add(teacher);
        }
        List<String> titles = new ArrayList<>(List.of(""));
        card.evaluation()
                .fp32()
                .heads()
                .forEach((head, figure) -> titles.add(head + ", " + Figures.metric(figure)));
        html.table(titles, cells);
        List<List<String>> gains = new ArrayList<>();
        card.differences()
                .forEach((head, differences) ->
                        differences.forEach((what, difference) ->
                                gains.add(
                                        List.of(
                                                head + ", " + what,
                                                Figures.gain(difference.interval()),
                                                Figures.number(difference.worse())))));
        if (!gains.isEmpty()) {
            html.table(
                    List.of(
                            "accuracy on the same captures",
                            "points better",
                            "probability of being worse"),
                    gains);
        }
        html.paragraph("Brackets are 95 % intervals.");
    }

    private String teacher(String head) {
        Map<String, Marks> models = card.heads().getOrDefault(head, Map.of());
        return switch (models.get(Evidence.TEACHER)) {
            case null -> "";
            case Marks.Classification c -> Figures.figure(c.accuracy());
            case Marks.Regression r -> Figures.figure(r.absoluteError());
        };
    }

    private void head(String head, Map<String, Marks> models) {
        Marks int8 = models.get(Evidence.INT8);
        if (int8 == null) {
            return;
        }
        html.section("Head " + head);
        List<List<String>> rows = new ArrayList<>();
        models.forEach((model, marks) -> rows.add(row(model, marks)));
        switch (int8) {
            case Marks.Classification _ ->
                    html.table(
                            List.of(
                                    "",
                                    "captures",
                                    "accuracy",
                                    "accuracy by object",
                                    "balanced accuracy",
                                    "macro F1",
                                    "calibration error"),
                            rows);
            case Marks.Regression _ ->
                    html.table(
                            List.of(
                                    "",
                                    "captures",
                                    "mean absolute error",
                                    "root mean square",
                                    "bias",
                                    "largest error"),
                            rows);
        }
        if (int8 instanceof Marks.Classification marks) {
            classification(head, marks);
        }
    }

    private static List<String> row(String model, Marks marks) {
        return switch (marks) {
            case Marks.Classification c ->
                    List.of(
                            model,
                            Figures.whole(c.accuracy().n()),
                            Figures.figure(c.accuracy()),
                            c.accuracyByObject() == null
                                    ? ""
                                    : Figures.figure(c.accuracyByObject()),
                            Figures.percent(c.balancedAccuracy()),
                            Figures.percent(c.macroF1()),
                            Figures.number(c.calibration().expectedCalibrationError()));
            case Marks.Regression r ->
                    List.of(
                            model,
                            Figures.whole(r.absoluteError().n()),
                            Figures.figure(r.absoluteError()),
                            Figures.number(r.rootMeanSquare()),
                            Figures.number(r.bias()),
                            Figures.number(r.largestError()));
        };
    }

    private void classification(String head, Marks.Classification marks) {
        Confusion met = met(marks.confusion());
        List<Marks.ClassMarks> classes =
                marks.classes().stream().filter(c -> met.classes().contains(c.name())).toList();
        html.picture(
                head + ", which class was taken for which",
                "Int8 file. Rows are true classes, columns what was answered; darker is more. Classes"
                        + " that neither occur nor are answered are left out.",
                () -> Charts.confusion(met));
        html.picture(
                head + ", purity and recovery of each class",
                "Int8 file. Purity (precision) is the share of what was answered as the class that is"
                        + " of it; recovery (recall) the share of the class that was found. Lines are"
                        + " 95 % intervals.",
                () ->
                        Intervals.of(
                                Intervals.Scale.SHARE,
                                classes.stream().map(Marks.ClassMarks::name).toList(),
                                List.of(
                                        new Intervals.Series(
                                                "purity",
                                                Plot.BLUE,
                                                classes.stream()
                                                        .map(c -> known(c.precision()))
                                                        .toList()),
                                        new Intervals.Series(
                                                "recovery",
                                                Plot.RED,
                                                classes.stream()
                                                        .map(c -> known(c.recall()))
                                                        .toList()))));
        html.table(
                List.of("class", "captures", "purity", "recovery", "F1"),
                classes.stream()
                        .map(c ->
                                List.of(
                                        c.name(),
                                        Figures.whole(c.examples()),
                                        c.precision().n() == 0 ? "" : Figures.figure(c.precision()),
                                        c.recall().n() == 0 ? "" : Figures.figure(c.recall()),
                                        Figures.number(c.f1())))
                        .toList());
        html.picture(
                head + ", whether confidence means what it says",
                "Int8 file. Each dot is the accuracy of the captures of about that confidence, with"
                        + " its 95 % interval; on the broken line they would be equal.",
                () -> Charts.reliability(marks.calibration()));
    }

    /// Without the classes that were neither there nor answered.
    private static Confusion met(Confusion all) {
        List<Integer> met = new ArrayList<>();
        for (int i = 0; i < all.classes().size(); i++) {
            if (all.recall(i).n() + all.precision(i).n() > 0) {
                met.add(i);
            }
        }
        return new Confusion(
                met.stream().map(all.classes()::get).toList(),
                met.stream()
                        .map(row -> met.stream().map(all.counts().get(row)::get).toList())
                        .toList());
    }

    private static @Nullable Interval known(Interval share) {
        return share.n() == 0 ? null : share;
    }

    private void conditions() {
        if (card.slices().isEmpty() || card.samples().heldOut() == 0) {
            return;
        }
        html.section("Bad light, blur, dirt");
        html.paragraph(
                "The same held-out captures with their images disturbed by simulation: a quarter of"
                        + " the light, a blurred lens, a dirty window.");
        List<String> conditions = List.copyOf(card.slices().keySet());
        for (Map.Entry<String, HeadEvaluation> head : card.evaluation().int8().heads().entrySet()) {
            html.picture(
                    head.getKey() + ", by condition",
                    (Figures.percentage(head.getValue()) ? "Accuracy" : "Mean absolute error")
                            + " with 95 % intervals.",
                    () ->
                            Intervals.of(
                                    Figures.scale(head.getValue()),
                                    conditions,
                                    List.of(
                                            slice(Evidence.FP32, head.getKey(), Plot.BLUE),
                                            slice(Evidence.INT8, head.getKey(), Plot.RED))));
        }
        List<String> titles = new ArrayList<>(List.of(""));
        card.evaluation().int8().heads().keySet().forEach(head -> titles.add(head + ", int8"));
        html.table(
                titles,
                conditions.stream()
                        .map(condition -> {
                            List<String> row = new ArrayList<>(List.of(condition));
                            for (String head : card.evaluation().int8().heads().keySet()) {
                                row.add(Figures.figure(evaluation(condition, Evidence.INT8, head)));
                            }
                            return row;
                        })
                        .toList());
    }

    private Intervals.Series slice(String file, String head, java.awt.Color colour) {
        List<@Nullable Interval> figures = new ArrayList<>();
        for (String condition : card.slices().keySet()) {
            HeadEvaluation figure = evaluation(condition, file, head);
            figures.add(figure == null ? null : Figures.interval(figure));
        }
        return new Intervals.Series(file, colour, figures);
    }

    private @Nullable HeadEvaluation evaluation(String condition, String file, String head) {
        Map<String, Evaluation> files = card.slices().getOrDefault(condition, Map.of());
        return Objects.requireNonNull(files.get(file)).heads().get(head);
    }

    private void gate() {
        html.section("Which way of training won");
        Verdict gate = card.gate();
        html.paragraph("Published: %s. Because: %s.".formatted(gate.winner(), gate.because()));
        if (gate.compared().isEmpty()) {
            return;
        }
        html.paragraph(
                "Compared by cross-validation over objects, on captures for training alone. A"
                        + " candidate is safe where it is unlikely to be worse than the twin, which"
                        + " learns from annotations only.");
        List<String> names = gate.compared().stream().map(Verdict.Compared::name).toList();
        html.picture(
                "Candidates",
                "Mean mark in cross-validation, with 95 % intervals over objects.",
                () ->
                        Intervals.of(
                                Intervals.Scale.MARK,
                                names,
                                List.of(
                                        new Intervals.Series(
                                                "mark",
                                                Plot.BLUE,
                                                gate.compared().stream()
                                                        .map(Verdict.Compared::score)
                                                        .toList()))));
        List<Verdict.Compared> others =
                gate.compared().stream().filter(compared -> compared.gain() != null).toList();
        if (!others.isEmpty()) {
            html.picture(
                    "Gain over the twin",
                    "Paired difference on the same captures, with 95 % intervals; right of the broken"
                            + " line is better.",
                    () ->
                            Intervals.of(
                                    Intervals.Scale.GAIN,
                                    others.stream().map(Verdict.Compared::name).toList(),
                                    List.of(
                                            new Intervals.Series(
                                                    "gain",
                                                    Plot.BLUE,
                                                    others.stream().map(Page::gained).toList()))));
        }
        html.table(
                List.of(
                        "candidate",
                        "way",
                        "mark",
                        "points over the twin",
                        "probability of being worse",
                        "safe"),
                gate.compared().stream()
                        .map(c ->
                                List.of(
                                        c.name() + (c.name().equals(gate.winner()) ? " (won)" : ""),
                                        c.way().toString(),
                                        Figures.figure(c.score()),
                                        c.gain() == null ? "" : Figures.gain(c.gain().interval()),
                                        c.gain() == null ? "" : Figures.number(c.gain().worse()),
                                        c.safe() ? "yes" : "no"))
                        .toList());
    }

    private static @Nullable Interval gained(Verdict.Compared compared) {
        Difference gain = compared.gain();
        return gain == null ? null : gain.interval();
    }

    private void labelBudget() {
        if (card.labelBudget().isEmpty()) {
            return;
        }
        html.section("With fewer labels");
        html.paragraph(
                "Students trained as the published one, as long, but with labels taken away. The"
                        + " teacher and its soft targets stay the same.");
        card.evaluation()
                .student()
                .heads()
                .forEach((head, all) -> {
                    Map<Integer, Interval> figures = new TreeMap<>();
                    for (Budget budget : card.labelBudget()) {
                        HeadEvaluation figure = budget.evaluation().heads().get(head);
                        if (figure != null) {
                            figures.put(budget.labelled(), Figures.interval(figure));
                        }
                    }
                    html.picture(
                            head + ", by number of labels",
                            "With 95 % intervals over the held-out captures.",
                            () -> Charts.byLabels(Figures.scale(all), figures));
                });
        List<String> titles = new ArrayList<>(List.of("labels kept", "objects", "captures"));
        titles.addAll(card.evaluation().student().heads().keySet());
        html.table(
                titles,
                card.labelBudget().stream()
                        .map(budget -> {
                            List<String> row = new ArrayList<>();
                            row.add(Figures.percent(budget.share()));
                            row.add(Figures.whole(budget.objects()));
                            row.add(Figures.whole(budget.labelled()));
                            for (String head : card.evaluation().student().heads().keySet()) {
                                row.add(Figures.figure(budget.evaluation().heads().get(head)));
                            }
                            return row;
                        })
                        .toList());
    }

    private void curves() {
        if (card.learningCurves().values().stream().anyMatch(c -> !c.points().isEmpty())) {
            html.section("How it learnt");
            html.picture(
                    "Loss by epoch",
                    "Mean over each epoch's steps of the final training. Losses of different recipes"
                            + " are sums of different terms: compare shapes, not heights.",
                    () -> Charts.losses(card.learningCurves()));
        }
    }

    private void provenance() {
        html.section("Files and provenance");
        Card.Size size = card.size();
        JsonNode provenance = card.provenance();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("fp32", size.fp32().sha256()));
        rows.add(List.of("int8", size.int8().sha256()));
        rows.add(
                List.of(
                        "parity",
                        String.format(
                                Locale.ROOT,
                                "the fp32 file differs from the trained network by at most %.1e",
                                card.parityMaxAbsDiff())));
        rows.add(List.of("snapshot", provenance.path("snapshot").asString("")));
        rows.add(List.of("teachers", String.join(", ", card.teachers())));
        rows.add(List.of("recipe", provenance.path("recipe").path("name").asString("")));
        rows.add(List.of("code", provenance.path("commit").asString("not told")));
        html.facts(rows);
        html.subsection("All of it");
        html.preformatted(json.writeValueAsString(provenance));
    }
}

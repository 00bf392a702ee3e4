package io.retort.distillation.card;

import io.retort.distillation.chart.Plot;
import io.retort.distillation.chart.Svg;
import io.retort.distillation.gate.Verdict;
import io.retort.learning.evaluation.Confusion;
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.evaluation.Interval;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A card as one page that asks nobody for anything: no scripts, no links, pictures within. It is
/// well-formed XML too.
final class Page {

    private static final String STYLE =
            """
            :root { --ink: #1d1f21; --dim: #5f666d; --rule: #dfe3e6; --ground: #ffffff; --plate: #f5f7f8; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e4e6e8; --dim: #a0a7ae; --rule: #3a4046; --ground: #16191c; --plate: #20252a; }
            }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 58rem; padding: 2.5rem 1.5rem 4rem; color: var(--ink);
              background: var(--ground); font: 16px/1.55 system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
            header { border-bottom: 2px solid var(--ink); padding-bottom: 1rem; }
            h1 { font-size: 2rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
            h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; padding-top: .5rem; border-top: 1px solid var(--rule); }
            h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
            p, li { max-width: 46rem; overflow-wrap: anywhere; }
            .dim, figcaption { color: var(--dim); }
            .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .75rem;
              margin: 1.5rem 0 0; padding: 0; }
            .tiles div { background: var(--plate); border-radius: 6px; padding: .8rem 1rem; }
            .tiles dt { color: var(--dim); font-size: .85rem; }
            .tiles dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
            .tiles small { display: block; color: var(--dim); font-size: .8rem; font-weight: 400; }
            table { border-collapse: collapse; width: 100%; margin: .75rem 0 1.25rem; font-size: .9rem;
              font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--rule); }
            th { font-weight: 600; vertical-align: bottom; }
            th:first-child, td:first-child { text-align: left; padding-left: 0; }
            td + td { white-space: nowrap; }
            .facts td, .facts td + td { text-align: left; overflow-wrap: anywhere; white-space: normal; }
            .facts td:first-child { color: var(--dim); width: 13rem; }
            figure { margin: 1rem 0 1.75rem; }
            figure img { display: block; max-width: 100%; height: auto; background: #ffffff; border-radius: 6px; }
            figcaption { font-size: .85rem; margin-top: .4rem; max-width: 46rem; }
            pre { background: var(--plate); border-radius: 6px; padding: 1rem; overflow-x: auto; font-size: .78rem;
              line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
            code { overflow-wrap: anywhere; font-size: .85em; }
            @media print {
              :root { --ink: #000000; --dim: #444444; --rule: #cccccc; --ground: #ffffff; --plate: #f5f5f5; }
              body { max-width: none; padding: 0; font-size: 11pt; }
              figure, tr, .tiles { break-inside: avoid; }
              h2, h3 { break-after: avoid; }
            }
            """;

    private final Card card;
    private final JsonMapper json;
    private final StringBuilder html = new StringBuilder();

    private Page(Card card, JsonMapper json) {
        this.card = card;
        this.json = json;
    }

    /// @param json writes what is shown as JSON
    static String of(Card card, JsonMapper json) {
        return new Page(card, json).written();
    }

    private String written() {
        html.append(
                        """
                        <!DOCTYPE html>
                        <html lang="en">
                        <head>
                        <meta charset="utf-8"/>
                        <meta name="viewport" content="width=device-width, initial-scale=1"/>
                        <meta name="color-scheme" content="light dark"/>
                        <title>\
                        """)
                .append(escaped(card.model()))
                .append(": model card</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n");
        header();
        use();
        headline();
        card.heads().forEach(this::head);
        conditions();
        gate();
        labelBudget();
        curves();
        provenance();
        html.append("</body>\n</html>\n");
        return html.toString();
    }

    private void header() {
        html.append("<header>\n<h1>").append(escaped(card.model())).append("</h1>\n");
        html.append("<p class=\"dim\">Model card of a student <code>")
                .append(escaped(card.student()))
                .append("</code> that sees ")
                .append(escaped(String.join(", ", card.modalities())))
                .append(escaped(made()))
                .append("</p>\n</header>\n<dl class=\"tiles\">\n");
        card.evaluation()
                .int8()
                .heads()
                .forEach((head, figure) ->
                        tile(
                                head + ", int8",
                                percentage(figure)
                                        ? percent(figure.value())
                                        : number(figure.value()),
                                percentage(figure)
                                        ? "accuracy, " + bounds(figure)
                                        : "mean absolute error, " + bounds(figure)));
        Card.Samples samples = card.samples();
        tile(
                "held out",
                whole(samples.heldOut()),
                "captures of " + whole(samples.heldOutObjects()) + " objects");
        tile(
                "int8 file",
                kilobytes(card.size().int8().bytes()),
                kilobytes(card.size().fp32().bytes()) + " as fp32");
        tile(
                "per capture",
                String.format(Locale.ROOT, "%.1f M", card.size().macs() / 1e6),
                "multiply-adds, " + whole(card.size().parameters()) + " parameters");
        html.append("</dl>\n");
    }

    private String made() {
        String ended = card.provenance().path("ended").asString("");
        return ended.length() < 10 ? "" : ", of " + ended.substring(0, 10);
    }

    private void tile(String term, String value, String more) {
        html.append("<div><dt>")
                .append(escaped(term))
                .append("</dt><dd>")
                .append(escaped(value))
                .append("<small>")
                .append(escaped(more))
                .append("</small></dd></div>\n");
    }

    private void use() {
        section("Intended use");
        list(card.use().intended());
        section("Limits");
        list(card.use().limits());
    }

    private void headline() {
        if (card.samples().heldOut() == 0) {
            return;
        }
        section("On held-out captures");
        Map<String, Evaluation> rows = new LinkedHashMap<>();
        rows.put("constant answer", card.evaluation().constant());
        if (card.evaluation().twin() != null) {
            rows.put("twin, not distilled", card.evaluation().twin());
        }
        rows.put("published, fp32", card.evaluation().fp32());
        rows.put("published, int8", card.evaluation().int8());
        List<String> heads = List.copyOf(card.evaluation().fp32().heads().keySet());
        List<List<String>> cells = new ArrayList<>();
        rows.forEach((name, evaluation) -> {
            List<String> row = new ArrayList<>(List.of(name));
            heads.forEach(head -> row.add(figure(evaluation.heads().get(head))));
            cells.add(row);
        });
        List<String> teacher = new ArrayList<>(List.of("teacher"));
        heads.forEach(head -> teacher.add(teacher(head)));
        if (teacher.stream().skip(1).anyMatch(cell -> !cell.isEmpty())) {
            cells.add(teacher);
        }
        List<String> titles = new ArrayList<>(List.of(""));
        heads.forEach(head ->
                titles.add(
                        head
                                + (percentage(card.evaluation().fp32().heads().get(head))
                                        ? ", accuracy"
                                        : ", mean absolute error")));
        table(titles, cells);
        List<List<String>> gains = new ArrayList<>();
        card.differences()
                .forEach((head, differences) ->
                        differences.forEach((what, difference) ->
                                gains.add(
                                        List.of(
                                                head + ", " + what,
                                                gain(difference.interval()),
                                                number(difference.worse())))));
        if (!gains.isEmpty()) {
            table(
                    List.of(
                            "accuracy on the same captures",
                            "points better",
                            "probability of being worse"),
                    gains);
        }
        paragraph("Brackets are 95 % intervals.");
    }

    private String teacher(String head) {
        Map<String, Marks> models = card.heads().getOrDefault(head, Map.of());
        return switch (models.get(Evidence.TEACHER)) {
            case null -> "";
            case Marks.Classification c -> figure(c.accuracy());
            case Marks.Regression r -> figure(r.absoluteError());
        };
    }

    private void head(String head, Map<String, Marks> models) {
        Marks int8 = models.get(Evidence.INT8);
        if (int8 == null) {
            return;
        }
        section("Head " + head);
        List<List<String>> rows = new ArrayList<>();
        models.forEach((model, marks) -> rows.add(row(model, marks)));
        switch (int8) {
            case Marks.Classification _ ->
                    table(
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
                    table(
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
                            whole(c.accuracy().n()),
                            figure(c.accuracy()),
                            c.accuracyByObject() == null ? "" : figure(c.accuracyByObject()),
                            percent(c.balancedAccuracy()),
                            percent(c.macroF1()),
                            number(c.calibration().expectedCalibrationError()));
            case Marks.Regression r ->
                    List.of(
                            model,
                            whole(r.absoluteError().n()),
                            figure(r.absoluteError()),
                            number(r.rootMeanSquare()),
                            number(r.bias()),
                            number(r.largestError()));
        };
    }

    private void classification(String head, Marks.Classification marks) {
        Confusion met = met(marks.confusion());
        List<Marks.ClassMarks> classes =
                marks.classes().stream().filter(c -> met.classes().contains(c.name())).toList();
        picture(
                head + ", which class was taken for which",
                "Int8 file. Rows are true classes, columns what was answered; darker is more. Classes"
                        + " that neither occur nor are answered are left out.",
                () -> Charts.confusion(met));
        picture(
                head + ", purity and recovery of each class",
                "Int8 file. Purity (precision) is the share of what was answered as the class that is"
                        + " of it; recovery (recall) the share of the class that was found. Lines are"
                        + " 95 % intervals.",
                () ->
                        Charts.intervals(
                                "share",
                                classes.stream().map(Marks.ClassMarks::name).toList(),
                                List.of(
                                        new Charts.Series(
                                                "purity",
                                                Plot.BLUE,
                                                classes.stream()
                                                        .map(c -> known(c.precision()))
                                                        .toList()),
                                        new Charts.Series(
                                                "recovery",
                                                Plot.RED,
                                                classes.stream()
                                                        .map(c -> known(c.recall()))
                                                        .toList())),
                                null));
        table(
                List.of("class", "captures", "purity", "recovery", "F1"),
                classes.stream()
                        .map(c ->
                                List.of(
                                        c.name(),
                                        whole(c.examples()),
                                        c.precision().n() == 0 ? "" : figure(c.precision()),
                                        c.recall().n() == 0 ? "" : figure(c.recall()),
                                        number(c.f1())))
                        .toList());
        picture(
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
        section("Bad light, blur, dirt");
        paragraph(
                "The same held-out captures with their images disturbed by simulation: a quarter of"
                        + " the light, a blurred lens, a dirty window.");
        List<String> conditions = List.copyOf(card.slices().keySet());
        for (Map.Entry<String, HeadEvaluation> head : card.evaluation().int8().heads().entrySet()) {
            picture(
                    head.getKey() + ", by condition",
                    (percentage(head.getValue()) ? "Accuracy" : "Mean absolute error")
                            + " with 95 % intervals.",
                    () ->
                            Charts.intervals(
                                    percentage(head.getValue())
                                            ? "accuracy"
                                            : "mean absolute error",
                                    conditions,
                                    List.of(
                                            slice(Evidence.FP32, head.getKey(), Plot.BLUE),
                                            slice(Evidence.INT8, head.getKey(), Plot.RED)),
                                    null));
        }
        List<String> titles = new ArrayList<>(List.of(""));
        card.evaluation().int8().heads().keySet().forEach(head -> titles.add(head + ", int8"));
        table(
                titles,
                conditions.stream()
                        .map(condition -> {
                            List<String> row = new ArrayList<>(List.of(condition));
                            for (String head : card.evaluation().int8().heads().keySet()) {
                                row.add(figure(evaluation(condition, Evidence.INT8, head)));
                            }
                            return row;
                        })
                        .toList());
    }

    private Charts.Series slice(String file, String head, java.awt.Color colour) {
        List<@Nullable Interval> figures = new ArrayList<>();
        for (String condition : card.slices().keySet()) {
            HeadEvaluation figure = evaluation(condition, file, head);
            figures.add(figure == null ? null : interval(figure));
        }
        return new Charts.Series(file, colour, figures);
    }

    private @Nullable HeadEvaluation evaluation(String condition, String file, String head) {
        Map<String, Evaluation> files = card.slices().getOrDefault(condition, Map.of());
        return Objects.requireNonNull(files.get(file)).heads().get(head);
    }

    private void gate() {
        section("Which way of training won");
        Verdict gate = card.gate();
        paragraph("Published: %s. Because: %s.".formatted(gate.winner(), gate.because()));
        if (gate.compared().isEmpty()) {
            return;
        }
        paragraph(
                "Compared by cross-validation over objects, on captures for training alone. A"
                        + " candidate is safe where it is unlikely to be worse than the twin, which"
                        + " learns from annotations only.");
        List<String> names = gate.compared().stream().map(Verdict.Compared::name).toList();
        picture(
                "Candidates",
                "Mean mark in cross-validation, with 95 % intervals over objects.",
                () ->
                        Charts.intervals(
                                "mark",
                                names,
                                List.of(
                                        new Charts.Series(
                                                "mark",
                                                Plot.BLUE,
                                                gate.compared().stream()
                                                        .map(Verdict.Compared::score)
                                                        .toList())),
                                null));
        List<Verdict.Compared> others =
                gate.compared().stream().filter(compared -> compared.gain() != null).toList();
        if (!others.isEmpty()) {
            picture(
                    "Gain over the twin",
                    "Paired difference on the same captures, with 95 % intervals; right of the broken"
                            + " line is better.",
                    () ->
                            Charts.intervals(
                                    "gain",
                                    others.stream().map(Verdict.Compared::name).toList(),
                                    List.of(
                                            new Charts.Series(
                                                    "gain",
                                                    Plot.BLUE,
                                                    others.stream().map(Page::gained).toList())),
                                    0.0));
        }
        table(
                List.of(
                        "candidate",
                        "way",
                        "mark",
                        "points over the twin",
                        "probably worse",
                        "safe"),
                gate.compared().stream()
                        .map(c ->
                                List.of(
                                        c.name() + (c.name().equals(gate.winner()) ? " (won)" : ""),
                                        c.way().toString(),
                                        figure(c.score()),
                                        c.gain() == null ? "" : gain(c.gain().interval()),
                                        c.gain() == null ? "" : number(c.gain().worse()),
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
        section("With fewer labels");
        paragraph(
                "Students trained as the published one, as long, but with labels taken away. The"
                        + " teacher and its soft targets stay the same.");
        for (String head : card.evaluation().student().heads().keySet()) {
            Map<Integer, Interval> figures = new TreeMap<>();
            boolean[] percentage = {false};
            for (Budget budget : card.labelBudget()) {
                HeadEvaluation figure = budget.evaluation().heads().get(head);
                if (figure != null) {
                    figures.put(budget.labelled(), interval(figure));
                    percentage[0] = percentage(figure);
                }
            }
            picture(
                    head + ", by number of labels",
                    "With 95 % intervals over the held-out captures.",
                    () ->
                            Charts.byLabels(
                                    percentage[0] ? "accuracy" : "mean absolute error", figures));
        }
        List<String> titles = new ArrayList<>(List.of("labels kept", "objects", "captures"));
        titles.addAll(card.evaluation().student().heads().keySet());
        table(
                titles,
                card.labelBudget().stream()
                        .map(budget -> {
                            List<String> row = new ArrayList<>();
                            row.add(percent(budget.share()));
                            row.add(whole(budget.objects()));
                            row.add(whole(budget.labelled()));
                            for (String head : card.evaluation().student().heads().keySet()) {
                                row.add(figure(budget.evaluation().heads().get(head)));
                            }
                            return row;
                        })
                        .toList());
    }

    private void curves() {
        if (card.learningCurves().values().stream().anyMatch(c -> !c.points().isEmpty())) {
            section("How it learnt");
            picture(
                    "Loss by epoch",
                    "Mean over each epoch's steps of the final training. Losses of different recipes"
                            + " are sums of different terms: compare shapes, not heights.",
                    () -> Charts.losses(card.learningCurves()));
        }
    }

    private void provenance() {
        section("Files and provenance");
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
        html.append("<table class=\"facts\">\n");
        rows.forEach(row -> cells("td", row));
        html.append("</table>\n<h3>All of it</h3>\n<pre>")
                .append(escaped(json.writeValueAsString(provenance)))
                .append("</pre>\n");
    }

    private void section(String title) {
        html.append("<h2>").append(escaped(title)).append("</h2>\n");
    }

    private void paragraph(String text) {
        html.append("<p>").append(escaped(text)).append("</p>\n");
    }

    private void list(List<String> items) {
        html.append("<ul>\n");
        items.forEach(item -> html.append("<li>").append(escaped(item)).append("</li>\n"));
        html.append("</ul>\n");
    }

    private void table(List<String> titles, List<? extends List<String>> rows) {
        html.append("<table>\n<thead>");
        cells("th", titles);
        html.append("</thead>\n<tbody>\n");
        rows.forEach(row -> cells("td", row));
        html.append("</tbody>\n</table>\n");
    }

    private void cells(String tag, List<String> row) {
        html.append("<tr>");
        for (String cell : row) {
            html.append('<').append(tag).append('>').append(escaped(cell));
            html.append("</").append(tag).append('>');
        }
        html.append("</tr>\n");
    }

    private void picture(String title, String caption, Supplier<String> svg) {
        html.append("<h3>").append(escaped(title)).append("</h3>\n<figure>");
        if (Svg.possible()) {
            html.append("<img alt=\"")
                    .append(escaped(title))
                    .append("\" src=\"data:image/svg+xml;base64,")
                    .append(
                            Base64.getEncoder()
                                    .encodeToString(svg.get().getBytes(StandardCharsets.UTF_8)))
                    .append("\"/>");
        } else {
            caption = "No picture: the machine that made this card has no fonts. " + caption;
        }
        html.append("<figcaption>").append(escaped(caption)).append("</figcaption></figure>\n");
    }

    private static Interval interval(HeadEvaluation figure) {
        return new Interval(figure.value(), figure.low(), figure.high(), figure.n());
    }

    private static boolean percentage(@Nullable HeadEvaluation figure) {
        return figure != null && figure.metric().equals("accuracy");
    }

    private static String figure(@Nullable HeadEvaluation figure) {
        if (figure == null) {
            return "";
        }
        return (percentage(figure) ? percent(figure.value()) : number(figure.value()))
                + " "
                + bounds(figure);
    }

    private static String bounds(HeadEvaluation figure) {
        return percentage(figure)
                ? bounds(100 * figure.low(), 100 * figure.high(), "%.1f")
                : bounds(figure.low(), figure.high(), "%.3f");
    }

    private static String figure(Interval share) {
        return percent(share.value()) + " " + bounds(100 * share.low(), 100 * share.high(), "%.1f");
    }

    private static String gain(Interval share) {
        return String.format(Locale.ROOT, "%+.1f", 100 * share.value())
                + " "
                + bounds(100 * share.low(), 100 * share.high(), "%+.1f");
    }

    private static String bounds(double low, double high, String format) {
        return "["
                + String.format(Locale.ROOT, format, low)
                + ",\u00A0"
                + String.format(Locale.ROOT, format, high)
                + "]";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f\u00A0%%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String kilobytes(long bytes) {
        return String.format(Locale.ROOT, "%,.0f kB", bytes / 1e3);
    }

    /// Text as text, in elements and in attributes; characters that XML forbids become question
    /// marks.
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> {
                    switch (c) {
                        case '&' -> escaped.append("&amp;");
                        case '<' -> escaped.append("&lt;");
                        case '>' -> escaped.append("&gt;");
                        case '"' -> escaped.append("&quot;");
                        case '\'' -> escaped.append("&#39;");
                        default -> {
                            boolean allowed =
                                    c == '\t'
                                            || c == '\n'
                                            || (c >= 0x20 && c < 0xD800)
                                            || (c > 0xDFFF && c < 0xFFFE)
                                            || c > 0xFFFF;
                            escaped.appendCodePoint(allowed ? c : '?');
                        }
                    }
                });
        return escaped.toString();
    }
}

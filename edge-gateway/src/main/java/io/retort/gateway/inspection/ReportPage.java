package io.retort.gateway.inspection;

import io.retort.gateway.routing.Route;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.HtmlUtils;

/// A report as one page to read and to print. It asks nobody for anything: no scripts, no links,
/// its map within. All text in it is text, whoever sent it.
final class ReportPage {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final String STYLE =
            """
            :root { color-scheme: light; --ink: #1d2126; --dim: #5b646d; --rule: #dde2e6; --plate: #f4f6f8;
              --reuse: #009e73; --repair: #0072b2; --recycle: #d55e00; --manual: #b0578d; --none: #8a929a; }
            * { box-sizing: border-box; }
            body { margin: 0 auto; max-width: 64rem; padding: 2.25rem 1.75rem 4rem; color: var(--ink);
              background: #ffffff; font: 15px/1.5 system-ui, "Segoe UI", Roboto, Arial, sans-serif; }
            header { border-bottom: 2px solid var(--ink); padding-bottom: .9rem; }
            .kind { text-transform: uppercase; letter-spacing: .08em; font-size: .75rem; color: var(--dim); margin: 0; }
            h1 { font-size: 1.9rem; line-height: 1.2; margin: .15rem 0 .35rem; overflow-wrap: anywhere; }
            h2 { font-size: 1.15rem; margin: 2.25rem 0 .6rem; }
            p { max-width: 50rem; margin: .4rem 0; overflow-wrap: anywhere; }
            .dim, figcaption { color: var(--dim); font-size: .85rem; }
            .alert { border-left: 4px solid var(--recycle); background: #fdf2ea; padding: .6rem .9rem; margin: 1rem 0; }
            .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .7rem;
              margin: 1.25rem 0 0; padding: 0; }
            .tiles div { background: var(--plate); border-radius: 6px; padding: .7rem .9rem; }
            .tiles dt { color: var(--dim); font-size: .82rem; display: flex; align-items: center; gap: .35rem; }
            .tiles dd { margin: 0; font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; }
            .tiles small { display: block; color: var(--dim); font-size: .78rem; font-weight: 400; }
            table { border-collapse: collapse; width: 100%; margin: .5rem 0 .75rem; font-size: .86rem;
              font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .34rem .55rem; border-bottom: 1px solid var(--rule); vertical-align: top; }
            th { font-weight: 600; vertical-align: bottom; color: var(--dim); border-bottom-color: var(--ink); }
            th.text, td.text { text-align: left; overflow-wrap: anywhere; }
            th:first-child, td:first-child { padding-left: 0; }
            td small { display: block; color: var(--dim); font-size: .76rem; }
            .share { display: block; height: 4px; border-radius: 2px; background: #8aa4b8; margin: .2rem 0 0 auto; }
            figure { margin: .5rem 0 0; }
            .map { display: block; width: 100%; height: auto; }
            .map text { font: 12px system-ui, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--dim); }
            .ground { fill: #fbfcfd; stroke: var(--rule); }
            .grid { stroke: #e8ecef; }
            .way { fill: none; stroke: #b9c1c8; stroke-width: 1.5; stroke-linejoin: round; }
            .plate { fill: #ffffff; fill-opacity: .85; }
            .bar { fill: none; stroke: var(--ink); stroke-width: 1.5; }
            .north { fill: var(--ink); }
            .reuse { fill: var(--reuse); } .repair { fill: var(--repair); } .recycle { fill: var(--recycle); }
            .manual { fill: var(--manual); } .none { fill: var(--none); }
            .map .reuse, .map .repair, .map .recycle, .map .manual { stroke: #ffffff; stroke-width: .8; }
            .key { width: .85rem; height: .85rem; flex: none; vertical-align: -.1rem; }
            .legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; padding: 0; margin: .4rem 0 0; list-style: none;
              font-size: .86rem; }
            .legend li { display: flex; align-items: center; gap: .4rem; }
            code { font-size: .85em; overflow-wrap: anywhere; }
            @page { margin: 14mm; }
            @media print {
              body { max-width: none; padding: 0; font-size: 10pt; }
              * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
              figure, tr, .tiles, .alert { break-inside: avoid; }
              h2 { break-after: avoid; }
              thead { display: table-header-group; }
            }
            """;

    private final Report report;
    private final StringBuilder html = new StringBuilder();

    private ReportPage(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new ReportPage(report).written();
    }

    /// A cell of a table: text, numbers, or markup made here.
    private record Cell(String html, boolean text) {}

    private String written() {
        String title = report.title() == null ? "Inspection " + report.id() : report.title();
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>")
                .append(escaped(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n");
        header(title);
        tiles();
        map();
        classes();
        heads();
        flagged();
        errors();
        origin();
        return html.append("</body>\n</html>\n").toString();
    }

    private void header(String title) {
        html.append("<header>\n<p class=\"kind\">Inspection report</p>\n");
        element("h1", title);
        paragraph(
                "dim",
                "%s to %s · %s · inspection %s"
                        .formatted(
                                TIME.format(report.startedAt()),
                                TIME.format(report.endedAt()),
                                report.station(),
                                report.id()));
        html.append("</header>\n");
        if (report.state() == Report.State.BROKEN_OFF) {
            paragraph(
                    "alert",
                    "The stream broke off after %s frames: %s. The report covers what came before."
                            .formatted(whole(report.frames().received()), report.cause()));
        }
    }

    private void tiles() {
        html.append("<dl class=\"tiles\">\n");
        tile(
                "",
                "frames assessed",
                whole(report.frames().decided()),
                report.frames().failed() == 0
                        ? "none failed"
                        : whole(report.frames().failed()) + " failed");
        for (Report.RouteShare share : report.routes()) {
            tile(
                    SiteMap.symbol(share.route()),
                    route(share.route()),
                    whole(share.count()),
                    percent(share.share()) + " " + interval(share.share()));
        }
        if (report.mass().total() != null) {
            tile(
                    "",
                    "mass",
                    number(report.mass().total())
                            + (report.mass().basis() == Report.Basis.CONFIGURED ? " kg" : ""),
                    report.mass().note());
        }
        if (report.area().total() != null) {
            tile(
                    "",
                    "area",
                    number(report.area().total())
                            + (report.area().basis() == Report.Basis.CONFIGURED ? " m²" : ""),
                    report.area().note());
        }
        html.append("</dl>\n");
    }

    private void tile(String symbol, String term, String value, String more) {
        html.append("<div><dt>").append(symbol).append(escaped(term)).append("</dt><dd>");
        html.append(escaped(value)).append("<small>").append(escaped(more));
        html.append("</small></dd></div>\n");
    }

    private void map() {
        if (report.track().points().isEmpty()) {
            return;
        }
        element("h2", "Where");
        html.append("<figure>\n").append(SiteMap.of(report)).append("<ul class=\"legend\">\n");
        for (Report.RouteShare share : report.routes()) {
            html.append("<li>")
                    .append(SiteMap.symbol(share.route()))
                    .append(escaped(route(share.route())))
                    .append("</li>\n");
        }
        html.append("</ul>\n<figcaption>");
        html.append("The grey line is the way that was taken.");
        if (report.track().every() > 1) {
            html.append(" It has one point for every ")
                    .append(report.track().every())
                    .append(" frames.");
        }
        html.append("</figcaption>\n</figure>\n");
    }

    private void classes() {
        if (report.classes().isEmpty()) {
            return;
        }
        element("h2", "What was found");
        List<List<Cell>> rows = new ArrayList<>();
        for (Report.Category found : report.classes()) {
            rows.add(
                    List.of(
                            text(found.category()),
                            figure(whole(found.count())),
                            share(found.share(), true),
                            amount(found.mass(), report.mass()),
                            amount(found.area(), report.area()),
                            share(found.purity(), false),
                            found.impurity() == null
                                    ? text("")
                                    : text(
                                            "%s %s"
                                                    .formatted(
                                                            found.impurity().category(),
                                                            percent(found.impurity().share()))),
                            new Cell(
                                    "%s<small>lowest %s</small>"
                                            .formatted(
                                                    two(found.confidence().mean()),
                                                    two(found.confidence().lowest())),
                                    false),
                            figure(found.quality() == null ? "" : two(found.quality()))));
        }
        table(
                List.of(
                        heading(String.valueOf(report.head()), true),
                        heading("items", false),
                        heading("share of items", false),
                        heading("share of mass", false),
                        heading("share of area", false),
                        heading("purity", false),
                        heading("mostly mixed with", true),
                        heading("confidence", false),
                        heading("quality", false)),
                rows);
        paragraph(
                "dim", "Mass: %s. Area: %s.".formatted(report.mass().note(), report.area().note()));
        paragraph(
                "dim",
                "Intervals hold 95 % (Wilson). Purity is what the model itself expects of the items"
                        + " that it takes for a class, so it is as good as its probabilities; a"
                        + " frame counts as an item.");
    }

    private void heads() {
        List<List<Cell>> rows = new ArrayList<>();
        report.classifications()
                .forEach((head, counts) -> {
                    if (!head.equals(report.head())) {
                        counts.forEach(count ->
                                rows.add(
                                        List.of(
                                                text(head),
                                                text(count.category()),
                                                figure(whole(count.count())),
                                                share(count.share(), true))));
                    }
                });
        if (!rows.isEmpty()) {
            element("h2", "In what state");
            table(
                    List.of(
                            heading("head", true),
                            heading("class", true),
                            heading("items", false),
                            heading("share of items", false)),
                    rows);
        }
        List<List<Cell>> spreads = new ArrayList<>();
        report.regressions()
                .forEach((head, spread) ->
                        spreads.add(
                                List.of(
                                        text(head),
                                        figure(number(spread.mean())),
                                        figure(number(spread.lowest())),
                                        figure(number(spread.highest())))));
        if (!spreads.isEmpty()) {
            table(
                    List.of(
                            heading("measure", true),
                            heading("mean", false),
                            heading("lowest", false),
                            heading("highest", false)),
                    spreads);
        }
    }

    private void flagged() {
        List<Report.Flag> flags =
                report.flagged().positions().stream()
                        .sorted(
                                Comparator.comparingInt((Report.Flag flag) -> urgency(flag.route()))
                                        .thenComparingLong(Report.Flag::number))
                        .toList();
        if (flags.isEmpty()) {
            return;
        }
        element("h2", "Flagged positions");
        table(
                List.of(
                        heading("route", true),
                        heading("frame", false),
                        heading("id", true),
                        heading("position", true),
                        heading("time", true),
                        heading("quality", false),
                        heading(String.valueOf(report.head()), true),
                        heading("confidence", false)),
                flags.stream().map(ReportPage::row).toList());
        report.flagged()
                .omitted()
                .forEach((route, count) ->
                        paragraph(
                                "dim",
                                "%s more to %s are counted, and not listed."
                                        .formatted(whole(count), route.tag())));
    }

    private static List<Cell> row(Report.Flag flag) {
        return List.of(
                new Cell(SiteMap.symbol(flag.route()) + " " + escaped(flag.route().tag()), true),
                figure(whole(flag.number())),
                text(flag.id()),
                text(position(flag.position())),
                text(flag.time() == null ? "" : time(flag.time())),
                figure(flag.quality() == null ? "" : two(flag.quality())),
                text(flag.category() == null ? "" : flag.category()),
                figure(flag.confidence() == null ? "" : two(flag.confidence())));
    }

    private void errors() {
        if (report.errors().first().isEmpty()) {
            return;
        }
        element("h2", "Frames that failed");
        table(
                List.of(heading("frame", false), heading("id", true), heading("problem", true)),
                report.errors().first().stream()
                        .map(failure ->
                                List.of(
                                        figure(whole(failure.number())),
                                        text(failure.id() == null ? "" : failure.id()),
                                        text(failure.detail())))
                        .toList());
        if (report.errors().omitted() > 0) {
            paragraph("dim", whole(report.errors().omitted()) + " more are not listed.");
        }
    }

    private void origin() {
        if (report.models().isEmpty()) {
            return;
        }
        element("h2", "Who decided");
        table(
                List.of(
                        heading("model", true),
                        heading("version", false),
                        heading("frames", false),
                        heading("SHA-256 of its file", true)),
                report.models().stream()
                        .map(served ->
                                List.of(
                                        text(served.model()),
                                        figure(Integer.toString(served.version())),
                                        figure(whole(served.frames())),
                                        new Cell(
                                                "<code>" + escaped(served.digest()) + "</code>",
                                                true)))
                        .toList());
    }

    private void table(List<Cell> titles, List<? extends List<Cell>> rows) {
        html.append("<table>\n<thead>");
        row("th", titles);
        html.append("</thead>\n<tbody>\n");
        rows.forEach(row -> row("td", row));
        html.append("</tbody>\n</table>\n");
    }

    private void row(String tag, List<Cell> row) {
        html.append("<tr>");
        for (Cell cell : row) {
            html.append('<')
                    .append(tag)
                    .append(cell.text() ? " class=\"text\">" : ">")
                    .append(cell.html())
                    .append("</")
                    .append(tag)
                    .append('>');
        }
        html.append("</tr>\n");
    }

    private void element(String tag, String text) {
        html.append('<').append(tag).append('>').append(escaped(text));
        html.append("</").append(tag).append(">\n");
    }

    private void paragraph(String style, String text) {
        html.append("<p class=\"").append(style).append("\">");
        html.append(escaped(text)).append("</p>\n");
    }

    private static Cell heading(String title, boolean text) {
        return new Cell(escaped(title), text);
    }

    private static Cell text(String text) {
        return new Cell(escaped(text), true);
    }

    private static Cell figure(String number) {
        return new Cell(escaped(number), false);
    }

    private static Cell share(Share share, boolean bar) {
        return new Cell(
                "%s<small>%s</small>%s"
                        .formatted(
                                percent(share.value()),
                                interval(share),
                                bar
                                        ? "<span class=\"share\" style=\"width:%s%%\"></span>"
                                                .formatted(one(100 * share.value()))
                                        : ""),
                false);
    }

    private static Cell amount(Report.Amount amount, Report.Weighing weighing) {
        if (weighing.basis() == Report.Basis.COUNT) {
            return new Cell("<small>as items</small>", false);
        }
        return share(amount.share(), true);
    }

    private static String position(Position position) {
        return switch (position) {
            case Position.Local at ->
                    "%s, %s%s m"
                            .formatted(
                                    one(at.x()),
                                    one(at.y()),
                                    at.z() == null ? "" : ", " + one(at.z()));
            case Position.Globe at ->
                    String.format(
                            Locale.ROOT,
                            "%.6f, %.6f%s",
                            at.latitude(),
                            at.longitude(),
                            at.altitude() == null ? "" : ", " + one(at.altitude()) + " m");
        };
    }

    private static int urgency(Route route) {
        return switch (route) {
            case RECYCLE -> 0;
            case MANUAL -> 1;
            case REPAIR -> 2;
            case REUSE -> 3;
        };
    }

    private static String route(@Nullable Route route) {
        if (route == null) {
            return "without a route";
        }
        return switch (route) {
            case REUSE -> "to reuse";
            case REPAIR -> "to repair";
            case RECYCLE -> "to recycle";
            case MANUAL -> "to look at";
        };
    }

    private static String time(Instant time) {
        return TIME.format(time);
    }

    private static String percent(Share share) {
        return percent(share.value());
    }

    private static String percent(double share) {
        return one(100 * share) + " %";
    }

    private static String interval(Share share) {
        return "[%s, %s]".formatted(one(100 * share.low()), one(100 * share.high()));
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /// Three figures or more.
    private static String number(double value) {
        return Math.abs(value) >= 1000
                ? whole(Math.round(value))
                : String.format(Locale.ROOT, "%.3g", value);
    }

    private static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String escaped(String text) {
        return HtmlUtils.htmlEscape(text, "UTF-8");
    }
}

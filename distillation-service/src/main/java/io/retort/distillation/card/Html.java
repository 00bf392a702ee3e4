package io.retort.distillation.card;

import io.retort.distillation.chart.Svg;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;

/// Writes a page from plain text: whatever it is given is shown, and nothing of it is markup. The
/// page has neither scripts nor links, and is well-formed XML too.
final class Html {

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

    private final StringBuilder html = new StringBuilder();

    Html(String title) {
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
                .append(escaped(title))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n");
    }

    /// @param more on a line of its own
    record Tile(String term, String value, String more) {}

    void header(String title, String below) {
        html.append("<header>\n");
        element("h1", title);
        html.append("<p class=\"dim\">").append(escaped(below)).append("</p>\n</header>\n");
    }

    void tiles(List<Tile> tiles) {
        html.append("<dl class=\"tiles\">\n");
        for (Tile tile : tiles) {
            html.append("<div>");
            element("dt", tile.term());
            html.append("<dd>").append(escaped(tile.value()));
            element("small", tile.more());
            html.append("</dd></div>\n");
        }
        html.append("</dl>\n");
    }

    void section(String title) {
        element("h2", title);
    }

    void subsection(String title) {
        element("h3", title);
    }

    void paragraph(String text) {
        element("p", text);
    }

    void preformatted(String text) {
        element("pre", text);
    }

    void list(List<String> items) {
        html.append("<ul>\n");
        items.forEach(item -> element("li", item));
        html.append("</ul>\n");
    }

    void table(List<String> titles, List<? extends List<String>> rows) {
        html.append("<table>\n<thead>");
        row("th", titles);
        html.append("</thead>\n<tbody>\n");
        rows.forEach(row -> row("td", row));
        html.append("</tbody>\n</table>\n");
    }

    /// Rows of a name and a text.
    void facts(List<List<String>> rows) {
        html.append("<table class=\"facts\">\n");
        rows.forEach(row -> row("td", row));
        html.append("</table>\n");
    }

    /// @param svg asked only where pictures can be drawn
    void picture(String title, String caption, Supplier<String> svg) {
        subsection(title);
        html.append("<figure>");
        if (Svg.possible()) {
            html.append("<img alt=\"")
                    .append(escaped(title))
                    .append("\" src=\"data:image/svg+xml;base64,")
                    .append(
                            Base64.getEncoder()
                                    .encodeToString(svg.get().getBytes(StandardCharsets.UTF_8)))
                    .append("\"/>");
        }
        element(
                "figcaption",
                Svg.possible()
                        ? caption
                        : "No picture: the machine that made this page has no fonts. " + caption);
        html.append("</figure>\n");
    }

    /// Nothing can be added any more.
    String ended() {
        return html.append("</body>\n</html>\n").toString();
    }

    private void row(String cell, List<String> row) {
        html.append("<tr>");
        row.forEach(text -> element(cell, text));
        html.append("</tr>\n");
    }

    private void element(String tag, String text) {
        html.append('<').append(tag).append('>').append(escaped(text));
        html.append("</").append(tag).append(">\n");
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

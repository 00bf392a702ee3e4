package io.retort.fleet.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.distillation.chart.Svg;
import io.retort.fleet.bench.BenchReport.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchPageTests {

    private static final List<Row> ROWS =
            List.of(
                    new Row("set/15-labels/twin", "accuracy", 0.4, 0.3, 0.5, 20, "share"),
                    new Row("set/15-labels/<b>", "accuracy", 0.6, 0.5, 0.7, 20, "share"),
                    new Row("set/15-labels/<b>", "gain over twin", 0.2, 0.1, 0.3, 20, "share"),
                    new Row("set/all-labels/twin", "accuracy", 0.5, 0.4, 0.6, 20, "share"),
                    Row.of("set/training", "speed-up", 2.25, 3, "x"),
                    new Row("set/fp32", "p50 (quartiles)", 7, 6, 8, 20, "us"));

    @Test
    void figuresOfOneKindShareAPictureAndLoneOnesHaveNone() {
        assertThat(BenchPage.pictures(ROWS)).containsOnlyKeys("set/15-labels: accuracy");
        assertThat(BenchPage.pictures(ROWS).get("set/15-labels: accuracy"))
                .containsExactly(ROWS.get(0), ROWS.get(1));
    }

    @Test
    void thePageHoldsEveryFigureAndNobodysMarkup(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("deep/page.html");

        BenchPage.write(
                file,
                new BenchReport(
                        "bench",
                        "c0ffee",
                        1,
                        "here",
                        Instant.parse("2026-01-01T00:00:00Z"),
                        1,
                        ROWS));

        String page = Files.readString(file);
        assertThat(page).contains("set/15-labels/&lt;b&gt;").doesNotContain("<b>");
        assertThat(page).contains(">0.4000<", ">0.3000 to 0.5000<", ">2.250<", "c0ffee");
        assertThat(page.split("<svg", -1)).hasSize(Svg.possible() ? 2 : 1);
        assertThat(page).doesNotContain(" src=", "<script", "@import").contains("</html>");
    }
}

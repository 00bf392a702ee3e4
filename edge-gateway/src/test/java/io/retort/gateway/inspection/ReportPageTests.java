package io.retort.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.gateway.assessment.Assessment;
import io.retort.gateway.assessment.Classified;
import io.retort.gateway.routing.Placement;
import io.retort.gateway.routing.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.http.ProblemDetail;
import org.springframework.util.unit.DataSize;

/// The pages are left in `target`, to be looked at.
class ReportPageTests {

    private static final Instant START = Instant.parse("2026-03-01T09:12:00Z");

    @Test
    void aHallsPageShowsItsMapInMetres() throws IOException {
        Tally tally = new Tally(settings());
        Random random = new Random(7);
        for (int i = 0; i < 120; i++) {
            int row = i / 20;
            double x = 2 + (row % 2 == 0 ? i % 20 : 19 - i % 20) * 2 + random.nextDouble();
            see(
                    tally,
                    i + 1,
                    new Position.Local(x, 3 + row * 4 + random.nextDouble(), null),
                    random);
        }
        fail(tally, 121, "modalities[rgb].image.data: is neither a JPEG nor a PNG");

        String page =
                written(
                        "inspection.html",
                        tally.report(
                                "hall-7",
                                "Hall 7, shelves A to F",
                                "drone-2",
                                START,
                                START.plusSeconds(412),
                                null));

        assertThat(page).contains("x and y in metres").doesNotContain("class=\"north\"");
        assertThat(symbols(page, "recycle") + symbols(page, "repair") + symbols(page, "reuse"))
                .as("flagged positions on the map")
                .isEqualTo(120);
        assertThat(page).contains("Frames that failed", "by the model&#39;s head");
    }

    @Test
    void aYardsPageShowsWhereNorthIsAcrossTheDateLine() throws IOException {
        Tally tally = new Tally(settings());
        Random random = new Random(8);
        for (int i = 0; i < 40; i++) {
            double east = 179.9995 + i * 0.00002;
            see(
                    tally,
                    i + 1,
                    new Position.Globe(
                            -17.5 + 0.0004 * Math.sin(i / 5.0),
                            east > 180 ? east - 360 : east,
                            12.0),
                    random);
        }

        String page =
                written(
                        "inspection-yard.html",
                        tally.report(
                                "yard",
                                null,
                                "drone-2",
                                START,
                                START.plusSeconds(60),
                                "connection reset"));

        assertThat(page).contains("class=\"north\"", "The stream broke off", "connection reset");
        // 40 steps of 0.00002 degrees are 85 m there, so the bar is tens of metres.
        assertThat(page).containsPattern(">(10|20) m<");
    }

    @Test
    void aPageOfNothingHasNoMap() throws IOException {
        String page =
                written(
                        "inspection-empty.html",
                        new Tally(settings()).report("none", null, "drone", START, START, null));

        assertThat(page).doesNotContain("<figure").contains("frames assessed");
    }

    @Test
    void onePositionIsAMapToo() throws IOException {
        Tally tally = new Tally(settings());
        see(tally, 1, new Position.Local(0, 0, null), new Random(9));

        String page =
                written(
                        "inspection-one.html",
                        tally.report("one", null, "drone", START, START, null));

        assertThat(page).contains("class=\"map\"").doesNotContain("NaN").doesNotContain("Infinity");
    }

    private static int symbols(String page, String route) {
        Matcher shapes =
                Pattern.compile("<g><title>[^<]*</title><\\w+ class=\"" + route + "\"")
                        .matcher(page);
        int count = 0;
        while (shapes.find()) {
            count++;
        }
        return count;
    }

    private static String written(String name, Report report) throws IOException {
        String page = ReportPage.of(report);
        Files.writeString(Path.of("target").resolve(name), page);
        return page;
    }

    private static void see(Tally tally, long number, Position position, Random random) {
        String[] classes = {"pet", "pp", "aluminium", "cardboard"};
        String category = classes[Math.min(3, (int) (Math.abs(random.nextGaussian()) * 2))];
        double sure = 0.55 + 0.44 * random.nextDouble();
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (String other : classes) {
            probabilities.put(other, other.equals(category) ? sure : (1 - sure) / 3);
        }
        Classified material = new Classified(category, probabilities);
        Classified degradation =
                new Classified(random.nextBoolean() ? "soiled" : "pristine", Map.of());
        double quality = random.nextDouble();
        Route route = quality > 0.7 ? Route.REUSE : quality < 0.3 ? Route.RECYCLE : Route.REPAIR;
        tally.decided(
                number,
                position,
                START.plusSeconds(number * 3),
                new Assessment(
                        "frame-" + number,
                        "drone-2",
                        material,
                        degradation,
                        quality,
                        Map.of("material", material, "degradation", degradation),
                        Map.of("quality", quality, "mass", 0.02 + 0.03 * random.nextDouble()),
                        route,
                        new Placement(route, null, null, "", List.of()),
                        false,
                        sure,
                        "sorter",
                        12,
                        "3f".repeat(32),
                        START));
    }

    private static void fail(Tally tally, long number, String detail) {
        ProblemDetail problem = ProblemDetail.forStatus(422);
        problem.setDetail(detail);
        tally.failed(number, "frame-" + number, problem);
    }

    private static InspectionSettings settings() {
        return new InspectionSettings(
                Path.of("unused"),
                DataSize.ofMegabytes(1),
                1,
                1,
                DataSize.ofMegabytes(1),
                1000,
                2000,
                "material",
                Map.of(),
                Map.of("pet", 0.03, "pp", 0.02, "aluminium", 0.01, "cardboard", 0.09));
    }
}

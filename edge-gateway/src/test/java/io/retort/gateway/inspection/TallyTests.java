package io.retort.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.gateway.assessment.Assessment;
import io.retort.gateway.assessment.Classified;
import io.retort.gateway.routing.Placement;
import io.retort.gateway.routing.Route;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.http.ProblemDetail;
import org.springframework.util.unit.DataSize;

class TallyTests {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private long frames;

    @Test
    void whatIsCountedHasItsShareWithAnInterval() {
        Tally tally = new Tally(settings(Map.of(), Map.of()));
        see(tally, "pet", 0.9, 0.8, Map.of());
        see(tally, "pet", 0.7, 0.2, Map.of());
        see(tally, "pp", 0.6, 0.5, Map.of());
        see(tally, "pet", 0.8, 0.71, Map.of());

        Report report = report(tally);

        assertThat(report.frames()).isEqualTo(new Report.Frames(4, 4, 0));
        assertThat(report.head()).isEqualTo("material");
        Report.Category pet = report.classes().getFirst();
        assertThat(pet.category()).isEqualTo("pet");
        assertThat(pet.count()).isEqualTo(3);
        assertThat(pet.share()).isEqualTo(Share.of(3, 4));
        assertThat(pet.confidence().mean()).isEqualTo(0.8, within(1e-12));
        assertThat(pet.confidence().lowest()).isEqualTo(0.7);
        assertThat(pet.quality()).isEqualTo((0.8 + 0.2 + 0.71) / 3, within(1e-12));
        // What is not pet among three items of 0.9, 0.7 and 0.8: 0.6 of 3.
        assertThat(pet.purity().value()).isEqualTo(0.8, within(1e-12));
        Report.Impurity rest = Objects.requireNonNull(pet.impurity());
        assertThat(rest.category()).isEqualTo("pp");
        assertThat(rest.share()).isEqualTo(0.2, within(1e-12));
        assertThat(report.routes().stream().map(Report.RouteShare::route))
                .containsExactly(Route.REUSE, Route.REPAIR, Route.RECYCLE);
        assertThat(report.routes().getFirst().share()).isEqualTo(Share.of(2, 4));
    }

    @Test
    void sharesOfMassAreTheHeadsWhereThereIsOne() {
        Tally tally = new Tally(settings(Map.of("pet", 5.0, "pp", 5.0), Map.of()));
        see(tally, "pet", 0.9, 0.5, Map.of("mass", 3.0));
        see(tally, "pet", 0.6, 0.5, Map.of("mass", 1.0));
        see(tally, "pp", 0.9, 0.5, Map.of("mass", 4.0));

        Report report = report(tally);

        assertThat(report.mass().basis()).isEqualTo(Report.Basis.HEAD);
        assertThat(report.mass().total()).isEqualTo(8);
        Report.Category pet = report.classes().getFirst();
        assertThat(pet.mass().total()).isEqualTo(4);
        assertThat(pet.mass().share()).isEqualTo(Share.weighted(4, 8, 9 + 1 + 16));
        // (3 * 0.9 + 1 * 0.6) / 4
        assertThat(pet.purity().value()).isEqualTo(0.825, within(1e-12));
        assertThat(report.area().basis()).isEqualTo(Report.Basis.COUNT);
        assertThat(report.area().note())
                .isEqualTo(
                        "shares of counts: the model has no head 'area', and none is configured for"
                                + " [pet, pp]");
        assertThat(pet.area()).isEqualTo(new Report.Amount(null, Share.of(2, 3)));
    }

    @Test
    void sharesOfMassAreTheConfiguredOnesWhereNoHeadSaysMore() {
        Tally tally = new Tally(settings(Map.of("pet", 0.03, "pp", 0.01), Map.of("pet", 1.0)));
        see(tally, "pet", 0.9, 0.5, Map.of());
        see(tally, "pp", 0.9, 0.5, Map.of());
        see(tally, "pp", 0.9, 0.5, Map.of());

        Report report = report(tally);

        assertThat(report.mass().basis()).isEqualTo(Report.Basis.CONFIGURED);
        assertThat(report.mass().total()).isEqualTo(0.05, within(1e-12));
        Report.Category pp = report.classes().getFirst();
        assertThat(pp.category()).isEqualTo("pp");
        assertThat(pp.mass().share().value()).isEqualTo(0.4, within(1e-12));
        // 0.05^2 / (0.03^2 + 2 * 0.01^2) = 2.27 items of three.
        assertThat(pp.mass().share().low()).isEqualTo(Share.of(0.4, 25 / 11.0).low(), within(1e-9));
        assertThat(report.area().basis()).isEqualTo(Report.Basis.COUNT);
        assertThat(report.area().note()).endsWith("none is configured for [pp]");
    }

    @Test
    void flaggedPositionsBeyondTheBoundAreCounted() {
        Tally tally = new Tally(settings(Map.of(), Map.of()));
        for (int i = 0; i < 5; i++) {
            see(tally, "pet", 0.9, 0.1, Map.of());
        }
        see(tally, "pet", 0.9, 0.9, Map.of());

        Report.Flagged flagged = report(tally).flagged();

        assertThat(flagged.positions().stream().map(Report.Flag::number))
                .containsExactly(1L, 2L, 6L);
        assertThat(flagged.positions().getFirst().route()).isEqualTo(Route.RECYCLE);
        assertThat(flagged.omitted()).containsExactly(Map.entry(Route.RECYCLE, 3L));
    }

    @Test
    void aLongWayIsDrawnThinnerAndEvenly() {
        Tally tally = new Tally(settings(Map.of(), Map.of()));
        for (int i = 0; i < 1000; i++) {
            see(tally, "pet", 0.9, 0.5, Map.of());
        }

        Report.Track track = report(tally).track();

        assertThat(track.every()).isEqualTo(256);
        assertThat(track.points().stream().map(point -> ((Position.Local) point.position()).x()))
                .containsExactly(1.0, 257.0, 513.0, 769.0);
    }

    @Test
    void errorsAreListedUpToABoundAndCounted() {
        Tally tally = new Tally(settings(Map.of(), Map.of()));
        for (int i = 1; i <= 103; i++) {
            ProblemDetail problem = ProblemDetail.forStatus(422);
            problem.setDetail("broken");
            problem.setProperty("field", "position.x");
            tally.failed(i, "f-" + i, problem);
        }

        Report report = report(tally);

        assertThat(report.frames()).isEqualTo(new Report.Frames(103, 0, 103));
        assertThat(report.errors().first()).hasSize(100);
        assertThat(report.errors().first().get(1))
                .isEqualTo(new Report.Failure(2, "f-2", "position.x", "broken"));
        assertThat(report.errors().omitted()).isEqualTo(3);
        assertThat(report.classes()).isEmpty();
        assertThat(report.mass().note()).isEqualTo("nothing was classified");
    }

    private void see(
            Tally tally,
            String category,
            double confidence,
            double quality,
            Map<String, Double> heads) {
        Map<String, Double> regressions = new LinkedHashMap<>(heads);
        regressions.put("quality", quality);
        Classified material =
                new Classified(
                        category,
                        Map.of(
                                category,
                                confidence,
                                category.equals("pet") ? "pp" : "pet",
                                1 - confidence));
        @Nullable Route route =
                quality > 0.7 ? Route.REUSE : quality < 0.3 ? Route.RECYCLE : Route.REPAIR;
        frames++;
        tally.decided(
                frames,
                new Position.Local(frames, 0, null),
                null,
                new Assessment(
                        "f-" + frames,
                        "drone",
                        material,
                        null,
                        quality,
                        Map.of("material", material),
                        regressions,
                        route,
                        new Placement(route, null, null, "", List.of()),
                        false,
                        confidence,
                        "student",
                        3,
                        "a".repeat(64),
                        NOW));
    }

    private static Report report(Tally tally) {
        return tally.report("i-1", null, "drone", NOW, NOW, null);
    }

    private static InspectionSettings settings(Map<String, Double> mass, Map<String, Double> area) {
        return new InspectionSettings(
                Path.of("unused"),
                DataSize.ofMegabytes(1),
                1,
                1,
                DataSize.ofMegabytes(1),
                2,
                4,
                "material",
                mass,
                area);
    }
}

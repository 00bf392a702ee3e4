package io.retort.gateway.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.gateway.routing.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

class ReportsTests {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @TempDir private Path folder;

    @Test
    void aReportIsReadAsItWasKeptByWhoeverComesNext() throws IOException {
        Report report = report("hall-7", NOW);
        reports(10, 1_000_000).save(report);

        Reports later = reports(10, 1_000_000);

        assertThat(later.find("hall-7")).contains(report);
        assertThat(later.contains("hall-7")).isTrue();
        assertThat(later.find("7")).isEmpty();
        assertThat(later.find("hall")).isEmpty();
    }

    @Test
    void theOldestGoesWhereThereAreTooMany() throws IOException {
        Reports reports = reports(2, 1_000_000);
        for (int i = 0; i < 4; i++) {
            reports.save(report("i-" + i, NOW.plusSeconds(i)));
        }

        assertThat(reports.latest(10).stream().map(Report.Summary::id))
                .containsExactly("i-3", "i-2");
        assertThat(reports.latest(1)).hasSize(1);
        assertThat(reports.find("i-1")).isEmpty();
    }

    @Test
    void theOldestGoesWhereAllAreTooLargeButTheNewestNever() throws IOException {
        Reports reports = reports(10, 10);
        reports.save(report("old", NOW));
        reports.save(report("new", NOW.plusSeconds(1)));

        assertThat(reports.latest(10).stream().map(Report.Summary::id)).containsExactly("new");
    }

    @Test
    void whatAKilledGatewayLeftHalfWrittenIsNoReport() throws IOException {
        Files.writeString(folder.resolve("0000000000001-half.json.part"), "{");

        assertThat(reports(10, 1_000_000).latest(10)).isEmpty();
    }

    @Test
    void theDefaultsArePinned() {
        assertThat(
                        new Binder(new MapConfigurationPropertySource(Map.of()))
                                .bindOrCreate("retort.inspection", InspectionSettings.class))
                .isEqualTo(
                        new InspectionSettings(
                                Path.of("data/edge-gateway/inspections"),
                                DataSize.ofMegabytes(16),
                                4,
                                1000,
                                DataSize.ofMegabytes(256),
                                1000,
                                2000,
                                "material",
                                Map.of(),
                                Map.of()));
    }

    private Reports reports(int most, long bytes) {
        return new Reports(
                new InspectionSettings(
                        folder,
                        DataSize.ofMegabytes(1),
                        1,
                        most,
                        DataSize.ofBytes(bytes),
                        10,
                        10,
                        "material",
                        Map.of(),
                        Map.of()),
                JsonMapper.builder().build());
    }

    private static Report report(String id, Instant endedAt) {
        Share share = Share.of(1, 2);
        return new Report(
                id,
                "Hall 7",
                "drone",
                Report.State.BROKEN_OFF,
                "reset",
                NOW,
                endedAt,
                new Report.Frames(3, 2, 1),
                List.of(new Report.Served("student", 3, "a".repeat(64), 2)),
                "material",
                new Report.Weighing(Report.Basis.HEAD, 1.5, "by the head"),
                new Report.Weighing(Report.Basis.COUNT, null, "by counts"),
                List.of(
                        new Report.Category(
                                "pet",
                                1,
                                share,
                                new Report.Amount(1.5, share),
                                new Report.Amount(null, share),
                                share,
                                new Report.Impurity("pp", 0.1),
                                new Report.Confidence(0.9, 0.8),
                                null)),
                List.of(
                        new Report.RouteShare(Route.REUSE, 1, share),
                        new Report.RouteShare(null, 1, share)),
                Map.of("material", List.of(new Report.Count("pet", 1, share))),
                Map.of("quality", new Report.Spread(0.5, 0.1, 0.9)),
                new Report.Flagged(
                        List.of(
                                new Report.Flag(
                                        2,
                                        "f-2",
                                        new Position.Globe(52.5, 13.4, 30.0),
                                        NOW,
                                        Route.REUSE,
                                        0.9,
                                        "pet",
                                        0.9)),
                        Map.of(Route.REUSE, 4L)),
                new Report.Track(
                        2, List.of(new Report.Point(new Position.Local(1, 2, null), null))),
                new Report.Errors(List.of(new Report.Failure(1, null, "x", "is broken")), 0));
    }
}

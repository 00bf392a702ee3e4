package io.retort.gateway.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.access.Credential;
import io.retort.access.Trust;
import io.retort.gateway.fixtures.Onnx;
import io.retort.gateway.fixtures.RegistryServer;
import io.retort.gateway.inference.ExecutionProvider;
import io.retort.gateway.inference.InferenceSettings;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.inference.Models;
import io.retort.gateway.power.Power;
import io.retort.gateway.power.PowerMode;
import io.retort.gateway.power.PowerSettings;
import io.retort.gateway.rollout.RolloutException.Reason;
import io.retort.gateway.rollout.RolloutState.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.unit.DataSize;

class RolloutTests {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final byte[] first = Onnx.of(Onnx.CAMERA).bias(1).bytes();
    private final byte[] second = Onnx.of(Onnx.CAMERA).bias(2).bytes();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RegistryServer registry = new RegistryServer();
    private final Power power =
            new Power(
                    new PowerSettings(0.5, 0.2, 0.05, null, Duration.ofHours(1), 1),
                    event -> {},
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    new SimpleMeterRegistry());
    private final Models models = new Models(_ -> {}, meters);

    @TempDir private Path folder;

    @AfterEach
    void close() {
        models.close();
        registry.close();
    }

    @Test
    void aPowerModeRunsItsVariantWithTheRegistryAway() throws IOException {
        registry.release(3, Map.of("int8", first, "fp32", second));
        Rollout rollout = rollout();
        assertThat(rollout.refresh().variant()).isEqualTo("int8");
        assertThat(files()).hasSize(3);
        registry.status(500);
        power.report(0.4, null, false);
        RolloutState state = rollout.refresh();
        assertThat(state.variant()).isEqualTo("fp32");
        assertThat(state.digest()).isEqualTo(RegistryServer.sha256(second));
        assertThat(models.version()).map(ModelVersion::variant).contains("fp32");
        assertThat(problem(state).reason()).isEqualTo(Reason.REGISTRY_AWAY);
        // The next start too.
        Rollout restarted = rollout();
        restarted.start();
        restarted.stop();
        assertThat(restarted.state().variant()).isEqualTo("fp32");
        power.report(0.9, null, false);
        assertThat(rollout.refresh().variant()).isEqualTo("int8");
    }

    @Test
    void aVariantThatCannotServeDoesNotKeepTheNextReleaseAway() {
        registry.release(1, Map.of("int8", first, "fp32", new byte[] {1, 2, 3}));
        Rollout rollout = rollout();
        assertThat(rollout.refresh().version()).isEqualTo(1);
        power.report(0.4, null, false);
        RolloutState state = rollout.refresh();
        assertThat(state.variant()).isEqualTo("int8");
        assertThat(problem(state).reason()).isEqualTo(Reason.MODEL_UNUSABLE);
        registry.release(2, Map.of("int8", first, "fp32", second));
        state = rollout.refresh();
        assertThat(state.version()).isEqualTo(2);
        assertThat(state.variant()).isEqualTo("fp32");
        assertThat(problem(state).solved()).isTrue();
    }

    @Test
    void theAliasModelIsFetchedProvedRecordedAndServed() throws IOException {
        String digest = registry.release(3, first);
        RolloutState state = rollout().refresh();
        assertThat(state.loaded()).isTrue();
        assertThat(state.version()).isEqualTo(3);
        assertThat(state.digest()).isEqualTo(digest);
        assertThat(state.bytes()).isEqualTo(first.length);
        assertThat(state.since()).isEqualTo(NOW);
        assertThat(state.lastCheck()).isEqualTo(NOW);
        assertThat(state.lastProblem()).isNull();
        assertThat(state.schema()).isEqualTo("line");
        assertThat(state.modalities()).containsExactly("rgb");
        assertThat(state.heads()).containsExactly("material", "degradation", "quality");
        assertThat(models.version()).contains(new ModelVersion("student", 3, "int8", digest));
        assertThat(files()).containsExactlyInAnyOrder("current.json", digest + ".onnx");
        assertThat(folder.resolve(digest + ".onnx")).hasBinaryContent(first);
    }

    @Test
    void anUnchangedAliasIsAskedByItsEtagAndCostsNoDownload() {
        registry.release(1, first);
        Rollout rollout = rollout();
        rollout.refresh();
        rollout.refresh();
        assertThat(registry.requests())
                .containsExactly(
                        "/api/v1/models/student/aliases/production 200",
                        "/api/v1/artifacts/" + RegistryServer.sha256(first) + " 200",
                        "/api/v1/models/student/aliases/production 304");
    }

    @Test
    void aNewVersionReplacesTheOldOneAndItsFile() throws IOException {
        registry.release(1, first);
        Rollout rollout = rollout();
        rollout.refresh();
        String digest = registry.release(2, second);
        assertThat(rollout.refresh().version()).isEqualTo(2);
        assertThat(files()).containsExactlyInAnyOrder("current.json", digest + ".onnx");
        assertThat(meters.get("retort.model.open").gauge().value()).isEqualTo(1);
    }

    @Test
    void aNewVersionOfTheSameFileNeedsNoDownload() {
        registry.release(1, first);
        Rollout rollout = rollout();
        rollout.refresh();
        registry.release(2, first);
        assertThat(rollout.refresh().version()).isEqualTo(2);
        assertThat(models.version()).map(ModelVersion::version).contains(2);
        assertThat(registry.downloads()).isEqualTo(1);
    }

    @Test
    void theLastGoodModelServesWhereTheRegistryIsAwayAtStart() {
        String digest = registry.release(1, first);
        rollout().refresh();
        models.swap(model(0));
        Rollout restarted = rollout(settings("http://localhost:1", "int8"));
        restarted.start();
        try {
            assertThat(models.version()).map(ModelVersion::digest).contains(digest);
            await().until(() -> restarted.state().lastProblem() != null);
            Problem problem = problem(restarted.state());
            assertThat(problem.reason()).isEqualTo(Reason.REGISTRY_AWAY);
            assertThat(problem.detail()).contains("http://localhost:1");
            assertThat(restarted.state().loaded()).isTrue();
            assertThat(restarted.state().since()).isEqualTo(NOW);
        } finally {
            restarted.stop();
        }
    }

    @Test
    void aRegistryThatIsAwayWithNothingKeptIsTold() {
        RolloutState state = rollout(settings("http://localhost:1", "int8")).refresh();
        assertThat(state.loaded()).isFalse();
        assertThat(problem(state).reason()).isEqualTo(Reason.REGISTRY_AWAY);
    }

    @Test
    void aRestartFindsTheSameVersionAndLoadsNothingAgain() {
        registry.release(1, first);
        rollout().refresh();
        Rollout restarted = rollout();
        restarted.start();
        try {
            await().until(() -> restarted.state().lastCheck() != null);
            restarted.refresh();
            assertThat(restarted.state().lastProblem()).isNull();
            assertThat(registry.downloads()).isEqualTo(1);
            assertThat(meters.get("retort.model.swaps").counter().count()).isEqualTo(2);
        } finally {
            restarted.stop();
        }
    }

    @Test
    void nothingReleasedYetIsToldWithoutSlowingThePolls() {
        Rollout rollout = rollout();
        RolloutState state = rollout.refresh();
        assertThat(problem(state).reason()).isEqualTo(Reason.NOT_RELEASED);
        assertThat(problem(state).detail()).contains("alias production of model student");
        registry.release(1, first);
        assertThat(rollout.refresh().loaded()).isTrue();
        assertThat(problem(rollout.state()).solved()).isTrue();
    }

    @Test
    void aCorruptedArtifactLeavesTheModelInUseAndNoFile() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    String digest = registry.release(2, second);
                    registry.corrupt(digest);
                    failsAs(rollout, Reason.DIGEST_MISMATCH, digest);
                    registry.repair(digest, second);
                    recovers(rollout, 2);
                });
    }

    @Test
    void aWrongDigestInTheRegistrysAnswerIsNeverServed() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    String wrong = "ab".repeat(32);
                    registry.repair(wrong, second);
                    registry.answer(2, wrong, second.length);
                    failsAs(rollout, Reason.DIGEST_MISMATCH, RegistryServer.sha256(second));
                });
    }

    @Test
    void moreBytesThanAnnouncedAreNotRead() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    String digest = registry.release(2, second);
                    registry.answer(2, digest, second.length - 1);
                    failsAs(
                            rollout,
                            Reason.DIGEST_MISMATCH,
                            "more than the " + (second.length - 1));
                });
    }

    @Test
    void aDownloadThatBreaksOffIsTriedAgain() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    registry.release(2, second);
                    registry.truncate(true);
                    failsAs(rollout, Reason.REGISTRY_AWAY, "of " + second.length + " bytes");
                    registry.truncate(false);
                    recovers(rollout, 2);
                });
    }

    @Test
    void aDownloadThatStallsEndsByTheReadTimeout() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    registry.release(2, second);
                    registry.stall(true);
                    failsAs(rollout, Reason.REGISTRY_AWAY, "timed out");
                });
    }

    @Test
    void aModelThatFailsItsSmokeRunNeverServesAndIsNotDownloadedTwice() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    registry.release(2, Onnx.of(Onnx.CAMERA).bias(Double.NaN).bytes());
                    failsAs(rollout, Reason.MODEL_UNUSABLE, "answers NaN");
                    failsAs(rollout, Reason.MODEL_UNUSABLE, "answers NaN");
                    assertThat(registry.downloads()).isEqualTo(2);
                    assertThat(problem(rollout.state()).attempts()).isEqualTo(2);
                    registry.release(3, second);
                    recovers(rollout, 3);
                    assertThat(files()).hasSize(2);
                });
    }

    @Test
    void whatIsNoModelNeverServes() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    registry.release(2, new byte[] {1, 2, 3});
                    failsAs(rollout, Reason.MODEL_UNUSABLE, "cannot open it");
                });
    }

    /// `/dev/full` answers every write as a full disk does.
    @Test
    @EnabledIf("devFull")
    void aFullDiskLeavesTheModelInUseAndIsToldAsWhatItIs() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    String digest = registry.release(2, second);
                    Path part = folder.resolve(digest + ".onnx.part");
                    Files.createSymbolicLink(part, Path.of("/dev/full"));
                    failsAs(rollout, Reason.STORAGE, "No space left on device");
                    assertThat(part).doesNotExist();
                    recovers(rollout, 2);
                });
    }

    @Test
    @EnabledIf("devFull")
    void aDiskThatIsFullWhenTheModelIsRecordedLeavesTheOldRecord() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    registry.release(2, second);
                    Files.createSymbolicLink(
                            folder.resolve("current.json.part"), Path.of("/dev/full"));
                    failsAs(rollout, Reason.STORAGE, "No space left on device");
                    assertThat(meters.get("retort.model.open").gauge().value()).isEqualTo(1);
                    assertThat(folder.resolve("current.json")).content().contains("\"version\":1");
                    recovers(rollout, 2);
                });
    }

    @Test
    void malformedAnswersNameTheirFault() throws IOException {
        serving(
                1,
                first,
                rollout -> {
                    String digest = RegistryServer.sha256(second);
                    for (String answer :
                            List.of(
                                    "",
                                    "null",
                                    "[]",
                                    "{",
                                    "<html>",
                                    "{}",
                                    """
                                    {"model": "student", "version": 2, "artifacts": null}\
                                    """,
                                    """
                                    {"model": "other", "version": 2, "artifacts": {}}\
                                    """,
                                    """
                                    {"model": "student", "version": "two", "artifacts": {}}\
                                    """,
                                    """
                                    {"model": "student", "version": 2,
                                     "artifacts": {"int8": {"bytes": 3}}}\
                                    """,
                                    """
                                    {"model": "student", "version": 2,
                                     "artifacts": {"int8": {"sha256": "../../etc", "bytes": 3}}}\
                                    """,
                                    """
                                    {"model": "student", "version": 2,
                                     "artifacts": {"int8": {"sha256": "%s", "bytes": 99999999999}}}\
                                    """
                                            .formatted(digest))) {
                        registry.answer(answer);
                        failsAs(rollout, Reason.REGISTRY_ANSWER, "the registry's answer");
                    }
                    registry.status(403);
                    failsAs(rollout, Reason.REGISTRY_ANSWER, "answers 403");
                    registry.status(500);
                    failsAs(rollout, Reason.REGISTRY_AWAY, "answers 500");
                    registry.status(0);
                    registry.release(2, second);
                    recovers(rollout, 2);
                });
    }

    @Test
    void ofAReleaseWithoutItsVariantAGatewayTakesTheFallbackAndSaysSo() throws IOException {
        registry.release(1, first);
        Rollout rollout = rollout(settings(registry.url().toString(), "int4", "int8"));
        RolloutState state = rollout.refresh();
        assertThat(state.loaded()).isTrue();
        assertThat(state.variant()).isEqualTo("int8");
    }

    @Test
    void aMissingVariantIsToldAndNoOtherIsTaken() throws IOException {
        registry.release(1, first);
        Rollout rollout = rollout(settings(registry.url().toString(), "int4"));
        RolloutState state = rollout.refresh();
        assertThat(state.loaded()).isFalse();
        assertThat(problem(state).reason()).isEqualTo(Reason.VARIANT_MISSING);
        assertThat(problem(state).detail())
                .contains("no variant int4 or fp32, only [card.html, int8]");
        assertThat(files()).isEmpty();
    }

    @Test
    void aKeptFileThatWasDamagedIsFetchedAgain() throws IOException {
        String digest = registry.release(1, first);
        rollout().refresh();
        Files.write(folder.resolve(digest + ".onnx"), new byte[] {1});
        models.swap(model(0));
        Rollout restarted = rollout();
        restarted.start();
        try {
            await().until(() -> models.version().orElseThrow().digest().equals(digest));
            assertThat(failures(Reason.CACHE_DAMAGED)).isEqualTo(1);
            assertThat(registry.downloads()).isEqualTo(2);
        } finally {
            restarted.stop();
        }
    }

    @Test
    void aRecordThatWasDamagedIsToldAndReplaced() throws IOException {
        Files.writeString(folder.resolve("current.json"), "{\"since\":");
        String digest = registry.release(1, first);
        Rollout restarted = rollout();
        restarted.start();
        try {
            await().until(() -> restarted.state().loaded());
            assertThat(failures(Reason.CACHE_DAMAGED)).isEqualTo(1);
            assertThat(folder.resolve("current.json")).content().contains(digest);
        } finally {
            restarted.stop();
        }
    }

    @Test
    void theAgentPollsUntilItStops() {
        registry.release(1, first);
        Rollout rollout = rollout();
        rollout.start();
        try {
            await().until(() -> rollout.state().loaded());
            registry.release(2, second);
            await().until(() -> Objects.equals(rollout.state().version(), 2));
        } finally {
            rollout.stop();
        }
        assertThat(rollout.isRunning()).isFalse();
    }

    @Test
    void stoppingEndsADownloadThatHangs() {
        registry.release(1, first);
        registry.stall(true);
        RolloutSettings patient =
                new RolloutSettings(
                        registry.url(),
                        "student",
                        "production",
                        "int8",
                        "fp32",
                        Map.of(),
                        folder,
                        Duration.ofMillis(20),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10),
                        DataSize.ofMegabytes(1));
        Rollout rollout = rollout(patient);
        rollout.start();
        await().until(() -> registry.downloads() == 1);
        Instant before = Instant.now();
        rollout.stop();
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void healthIsUpWhileAModelServesAndTellsTheProblem() {
        Rollout rollout = rollout();
        ModelHealthIndicator health = new ModelHealthIndicator(rollout);
        assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        registry.release(1, first);
        rollout.refresh();
        Health up = health.health();
        assertThat(up.getStatus()).isEqualTo(Status.UP);
        assertThat(up.getDetails()).containsEntry("version", 1).doesNotContainKey("problem");
        registry.status(500);
        rollout.refresh();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        assertThat(health.health().getDetails().get("problem"))
                .asString()
                .startsWith("registry-away: ");
    }

    @Test
    void theWaitDoublesWithEachFailureUpToTheLongest() {
        RolloutSettings settings =
                new RolloutSettings(
                        URI.create("http://r"),
                        "m",
                        "a",
                        "v",
                        "fp32",
                        Map.of(),
                        folder,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        DataSize.ofMegabytes(1));
        assertThat(Stream.of(0, 1, 2, 3, 4, 5, 1000).map(settings::waitAfter))
                .extracting(Duration::toSeconds)
                .containsExactly(5L, 5L, 10L, 20L, 40L, 60L, 60L);
    }

    static boolean devFull() {
        return Files.exists(Path.of("/dev/full"));
    }

    @FunctionalInterface
    private interface Check {
        void of(Rollout rollout) throws IOException;
    }

    private void serving(int version, byte[] onnx, Check check) throws IOException {
        registry.release(version, onnx);
        Rollout rollout = rollout();
        assertThat(rollout.refresh().version()).isEqualTo(version);
        check.of(rollout);
    }

    /// Version 1 goes on serving, and nothing but it can be started from.
    private void failsAs(Rollout rollout, Reason reason, String detail) throws IOException {
        double before = failures(reason);
        RolloutState state = rollout.refresh();
        assertThat(problem(state).reason()).isEqualTo(reason);
        assertThat(problem(state).detail()).contains(detail);
        assertThat(problem(state).solved()).isFalse();
        assertThat(failures(reason)).isEqualTo(before + 1);
        assertThat(state.version()).isEqualTo(1);
        assertThat(models.version()).map(ModelVersion::version).contains(1);
        assertThat(files())
                .contains("current.json", RegistryServer.sha256(first) + ".onnx")
                .noneMatch(name -> name.endsWith(".part"));
    }

    private static void recovers(Rollout rollout, int version) {
        RolloutState state = rollout.refresh();
        assertThat(state.version()).isEqualTo(version);
        assertThat(problem(state).solved()).isTrue();
    }

    private static Problem problem(RolloutState state) {
        return Objects.requireNonNull(state.lastProblem());
    }

    private double failures(Reason reason) {
        return meters.get("retort.rollout.failures").tag("reason", reason.tag()).counter().count();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private io.retort.gateway.inference.Model model(int version) {
        return io.retort.gateway.inference.Model.load(
                second,
                new ModelVersion("other", version, "int8", "0".repeat(64)),
                new InferenceSettings(1, 1, 64, Duration.ofSeconds(2), ExecutionProvider.CPU),
                io.retort.gateway.inference.Model.Haste.AT_ONCE);
    }

    private Rollout rollout() {
        return rollout(settings(registry.url().toString(), "int8"));
    }

    private RolloutSettings settings(String url, String variant) {
        return settings(url, variant, "fp32");
    }

    private RolloutSettings settings(String url, String variant, String fallback) {
        return new RolloutSettings(
                URI.create(url),
                "student",
                "production",
                variant,
                fallback,
                Map.of(PowerMode.ECO, "fp32"),
                folder,
                Duration.ofMillis(20),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                DataSize.ofMegabytes(1));
    }

    private Rollout rollout(RolloutSettings settings) {
        return new Rollout(
                settings,
                new InferenceSettings(1, 1, 64, Duration.ofSeconds(2), ExecutionProvider.CPU),
                new RegistryClient(settings, Credential.none(), Trust.usual()),
                new CachedModels(settings),
                models,
                power,
                Clock.fixed(NOW, ZoneOffset.UTC),
                meters);
    }
}

package io.retort.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.registry.Containers;
import io.retort.registry.OnContainers;
import io.retort.registry.RunningRegistry.Artifact;
import io.retort.registry.S3Server;
import io.retort.registry.StoredFiles;
import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.springframework.boot.SpringApplication;
import org.springframework.util.FileSystemUtils;

@ParameterizedClass
@ArgumentsSource(ArtifactStoreTests.Places.class)
class ArtifactStoreTests {

    private static final int PART = ArtifactObjects.PART;
    private static final int LARGEST = 2 * PART + 1;
    private static final Random RANDOM = new Random(11);

    private final Place place;
    private final ArtifactStore store;

    ArtifactStoreTests(Place place) throws IOException {
        this.place = place;
        this.store = place.open(Clock.systemUTC());
    }

    /// Where a store may lie, and how one is opened there.
    record Place(ArtifactSettings settings, StoredFiles files) {

        ArtifactStore open(Clock clock) throws IOException {
            return new ArtifactStores().artifactStore(settings, clock);
        }

        @Override
        public String toString() {
            return files.toString();
        }
    }

    static final class Places implements ArgumentsProvider {

        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) throws IOException {
            return context.getTags().contains(OnContainers.TAG)
                    ? Containers.arguments(() -> bucket(S3Server.contained()))
                    : Stream.of(Arguments.of(folder()), Arguments.of(bucket(S3Server.shared())));
        }

        private static Place folder() throws IOException {
            Path folder = Files.createTempDirectory("artifacts");
            SpringApplication.getShutdownHandlers().add(() -> delete(folder));
            return new Place(
                    Settings.folder(folder, "largest", LARGEST + "B"),
                    new StoredFiles.InFolder(folder));
        }

        private static Place bucket(S3Server s3) {
            String bucket = s3.newBucket();
            return new Place(
                    Settings.s3(
                            s3.endpoint().toString(),
                            bucket,
                            "s3.access-key",
                            s3.accessKey(),
                            "s3.secret-key",
                            s3.secretKey(),
                            "largest",
                            LARGEST + "B"),
                    new StoredFiles.InBucket(s3.client(), bucket));
        }

        private static void delete(Path folder) {
            try {
                FileSystemUtils.deleteRecursively(folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000, PART - 1, PART, PART + 1, 2 * PART})
    void whatIsReceivedIsThereToItsLastByte(int bytes) throws IOException {
        Artifact artifact = random(bytes);

        assertThat(receive(artifact)).isEqualTo(bytes);

        assertThat(place.files().read(artifact.sha256())).contains(artifact.bytes());
        assertThat(store.hasSize(artifact.sha256(), bytes)).isTrue();
        assertThat(store.hasSize(artifact.sha256(), bytes + 1)).isFalse();
        assertThat(store.isIntact(artifact.sha256(), bytes)).isTrue();
        assertThat(store.content(artifact.sha256(), bytes).getContentAsByteArray())
                .isEqualTo(artifact.bytes());
        assertThat(store.content(artifact.sha256(), bytes).contentLength()).isEqualTo(bytes);
        assertThat(place.files().unfinished(artifact.sha256())).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotIntact() {
        assertThat(store.hasSize(random(7).sha256(), 7)).isFalse();
        assertThat(store.isIntact(random(7).sha256(), 7)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {200_000, PART + 1})
    void bytesOfAnotherDigestAreNotKept(int bytes) {
        Artifact artifact = random(bytes);
        byte[] other = artifact.bytes().clone();
        other[bytes - 1] ^= 1;

        assertRefused(artifact.sha256(), new ByteArrayInputStream(other), Problem.DIGEST_MISMATCH);

        assertNothingKept(artifact);
    }

    @Test
    void aBodyThatGoesOnBeyondTheLargestIsNotKept() {
        Artifact artifact = random(LARGEST + 1);
        assertRefused(
                artifact.sha256(), new ByteArrayInputStream(artifact.bytes()), Problem.TOO_LARGE);
        assertNothingKept(artifact);
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, PART + 5_000})
    void aBodyThatBreaksOffIsNotKept(int bytes) {
        Artifact artifact = random(2 * PART);
        InputStream broken =
                new FilterInputStream(new ByteArrayInputStream(artifact.bytes(), 0, bytes)) {
                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        int read = super.read(buffer, offset, length);
                        if (read < 0) {
                            throw new IOException("broken off");
                        }
                        return read;
                    }
                };
        assertRefused(artifact.sha256(), broken, Problem.INVALID_REQUEST);
        assertNothingKept(artifact);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, PART + 1})
    void aGoodUploadHealsADamagedFileAndAWrongOneLeavesAGoodFileAlone(int bytes) {
        Artifact artifact = random(bytes);
        receive(artifact);
        assertRefused(
                artifact.sha256(),
                new ByteArrayInputStream(new byte[] {1}),
                Problem.DIGEST_MISMATCH);
        assertThat(store.isIntact(artifact.sha256(), bytes)).isTrue();

        byte[] damaged = artifact.bytes().clone();
        damaged[0] ^= 1;
        place.files().write(artifact.sha256(), damaged);
        assertThat(store.isIntact(artifact.sha256(), bytes)).isFalse();
        assertThat(receive(artifact)).isEqualTo(bytes);
        assertThat(store.isIntact(artifact.sha256(), bytes)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, PART + 1})
    void uploadsOfTheSameAtOnceAllSucceed(int bytes) throws Exception {
        Artifact artifact = random(bytes);
        Callable<Long> upload = () -> receive(artifact);
        List<Long> sizes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Long> done : threads.invokeAll(Collections.nCopies(6, upload))) {
                sizes.add(done.get());
            }
        }
        assertThat(sizes).containsOnly((long) bytes);
        assertThat(store.isIntact(artifact.sha256(), bytes)).isTrue();
        assertThat(place.files().unfinished(artifact.sha256())).isEmpty();
    }

    @Test
    void bytesComeFromAnyPositionOn() throws IOException {
        Artifact artifact = random(100_000);
        receive(artifact);
        for (int from : List.of(0, 1, 60_000, 99_999, 100_000)) {
            try (InputStream in = store.content(artifact.sha256(), 100_000).getInputStream()) {
                in.skipNBytes(from);
                assertThat(in.readNBytes(10))
                        .isEqualTo(
                                Arrays.copyOfRange(
                                        artifact.bytes(), from, Math.min(from + 10, 100_000)));
                in.skipNBytes(Math.clamp(100_000 - from - 10, 0, 5));
            }
        }
    }

    @Test
    void everyFileIsListed() {
        Set<Sha256> received = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            Artifact artifact = random(10);
            receive(artifact);
            received.add(artifact.sha256());
        }
        Set<Sha256> listed = new HashSet<>();
        store.forEach(listed::add);
        assertThat(listed).containsAll(received);
    }

    @Test
    void aSweepEndsWhatNobodyGoesOnWithAndNothingElse() throws IOException {
        Duration abandoned = place.settings().abandonedAfter();
        Artifact artifact = random(10);
        receive(artifact);
        Clock[] clock = {Clock.systemUTC()};
        ArtifactStore other = place.open(new Clocks(clock));
        place.files().abandon(artifact.sha256());

        other.sweep();
        assertThat(place.files().unfinished(artifact.sha256())).hasSize(1);

        clock[0] = Clock.offset(Clock.systemUTC(), abandoned.plusMinutes(1));
        other.sweep();
        assertThat(place.files().unfinished(artifact.sha256())).isEmpty();
        assertThat(store.isIntact(artifact.sha256(), 10)).isTrue();
    }

    /// A clock that is set.
    private static final class Clocks extends Clock {

        private final Clock[] current;

        Clocks(Clock[] current) {
            this.current = current;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return current[0].instant();
        }
    }

    private long receive(Artifact artifact) {
        return store.receive(artifact.sha256(), new ByteArrayInputStream(artifact.bytes()));
    }

    private void assertRefused(Sha256 sha256, InputStream body, Problem problem) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> store.receive(sha256, body))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(problem));
    }

    private void assertNothingKept(Artifact artifact) {
        assertThat(place.files().read(artifact.sha256())).isEmpty();
        assertThat(place.files().unfinished(artifact.sha256())).isEmpty();
    }

    private static Artifact random(int bytes) {
        byte[] content = new byte[bytes];
        RANDOM.nextBytes(content);
        return Artifact.of(content);
    }
}

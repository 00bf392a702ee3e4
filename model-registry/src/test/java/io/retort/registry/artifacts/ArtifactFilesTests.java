package io.retort.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ArtifactFilesTests {

    private static final byte[] BYTES = "bytes".getBytes(UTF_8);
    private static final Sha256 DIGEST = Sha256.of(BYTES);

    @TempDir Path folder;

    @Test
    void aCrashsLeftoversGoAtTheNextStartAndArtifactsStay() throws IOException {
        ArtifactFiles before = files();
        before.receive(DIGEST, new ByteArrayInputStream(BYTES));
        Path leftover = before.place(DIGEST).resolveSibling(DIGEST + ".7.part");
        Files.write(leftover, new byte[3]);

        ArtifactFiles after = files();
        assertThat(leftover).doesNotExist();
        assertThat(after.isIntact(DIGEST, BYTES.length)).isTrue();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs /dev/full")
    void aFullDiskIsToldFromOtherTrouble() throws IOException {
        ArtifactFiles files = files();
        Path place = files.place(DIGEST);
        Path shard = Objects.requireNonNull(place.getParent());
        Files.createDirectories(shard);
        Path part = place.resolveSibling(DIGEST + ".1.part");
        Files.createSymbolicLink(part, Path.of("/dev/full"));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> files.receive(DIGEST, new ByteArrayInputStream(BYTES)))
                .satisfies(e -> assertThat(e.problem()).isEqualTo(Problem.STORAGE_FULL));
        assertThat(shard).isEmptyDirectory();

        // A file where a folder should be.
        Files.delete(shard);
        Files.createFile(shard);
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> files.receive(DIGEST, new ByteArrayInputStream(BYTES)));
    }

    private ArtifactFiles files() throws IOException {
        return new ArtifactFiles(Settings.folder(folder), Clock.systemUTC());
    }
}

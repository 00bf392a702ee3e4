package io.retort.registry.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.registry.RunningRegistry;
import io.retort.registry.RunningRegistry.Artifact;
import io.retort.registry.StoredFiles;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class FullDiskTests {

    private final RunningRegistry registry = RunningRegistry.H2;
    private final StoredFiles.InFolder stored = (StoredFiles.InFolder) registry.stored();

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs /dev/full")
    void aFullDiskIsReportedAndNothingIsKept() throws IOException {
        Artifact artifact = Artifact.of("too much");
        Path place = stored.place(artifact.sha256());
        Path folder = Objects.requireNonNull(place.getParent());
        Files.createDirectories(folder);
        // Wherever the upload puts its part, there is the device that is always full.
        for (int number = 1; number < 500; number++) {
            Files.createSymbolicLink(
                    folder.resolve(artifact.sha256() + "." + number + ".part"),
                    Path.of("/dev/full"));
        }
        HttpResponse<String> answer = registry.upload(artifact.sha256(), artifact.bytes());
        assertThat(answer.statusCode()).isEqualTo(507);
        assertThat(RunningRegistry.parse(answer).get("type").asString())
                .isEqualTo("urn:retort:problem:storage-full");
        assertThat(place).doesNotExist();
        assertThat(registry.get("/api/v1/artifacts/" + artifact.sha256()).statusCode())
                .isEqualTo(404);

        for (String part : stored.unfinished(artifact.sha256())) {
            Files.delete(Path.of(part));
        }
        assertThat(registry.upload(artifact.sha256(), artifact.bytes()).statusCode())
                .isEqualTo(201);
    }
}

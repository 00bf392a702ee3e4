package io.retort.fleet.dataset;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Real folders, where they are at hand: in the environment variable RETORT_DATA, or in
/// ../shared/data beside the project.
public final class RealData {

    private RealData() {}

    /// Skips the test, and says so, where the folder is not there.
    public static Path folder(String name) {
        Path data =
                Path.of(
                        Objects.requireNonNullElse(
                                System.getenv("RETORT_DATA"), "../../shared/data"));
        Path folder = data.resolve(name);
        assumeTrue(
                Files.isDirectory(folder),
                () -> "skipped: no " + folder.toAbsolutePath().normalize() + "; set RETORT_DATA");
        return folder;
    }
}

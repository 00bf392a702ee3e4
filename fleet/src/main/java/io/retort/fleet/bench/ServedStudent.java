package io.retort.fleet.bench;

import io.retort.learning.architecture.Architectures;
import picocli.CommandLine.Option;

/// The one student that a gateway serves while it is measured.
final class ServedStudent {

    @Option(
            names = "--side",
            defaultValue = "64",
            description = "Of the images, in pixels (default: ${DEFAULT-VALUE}).")
    private int side;

    @Option(
            names = "--network",
            defaultValue = "retort-plain",
            description = "The student (default: ${DEFAULT-VALUE}).")
    private String network = "";

    int side() {
        return side;
    }

    /// @throws IllegalArgumentException where it is none of the family
    String network() {
        return Architectures.requireStudent(network);
    }
}

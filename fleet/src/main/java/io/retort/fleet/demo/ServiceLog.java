package io.retort.fleet.demo;

import java.nio.file.Path;

/// Sends what the services log to a file, so that the terminal keeps to the demo's own progress.
final class ServiceLog {

    private ServiceLog() {}

    /// Takes effect for services that start afterwards.
    static void to(Path file) {
        System.setProperty("logging.file.name", file.toString());
        System.setProperty("logging.threshold.console", "OFF");
    }
}

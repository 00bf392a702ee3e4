package io.retort.fleet.terminal;

import java.nio.file.Path;
import org.springframework.boot.logging.LogFile;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;

/// Where the broker and all services of this JVM log to. One place for all, since a JVM has one.
public final class FleetLog {

    private FleetLog() {}

    /// To a file alone, so that the terminal keeps to a command's own words. Call it before
    /// anything starts.
    public static void toFile(Path file) {
        System.setProperty("logging.file.name", file.toString());
        System.setProperty("logging.threshold.console", "OFF");
        start();
    }

    /// To the terminal, without the chatter of Kafka.
    public static void toConsole() {
        start();
    }

    private static void start() {
        System.setProperty("logging.level.kafka", "WARN");
        System.setProperty("logging.level.org.apache.kafka", "WARN");
        System.setProperty("logging.level.state.change.logger", "WARN");
        StandardEnvironment environment = new StandardEnvironment();
        LoggingSystem system = LoggingSystem.get(FleetLog.class.getClassLoader());
        system.beforeInitialize();
        system.initialize(
                new LoggingInitializationContext(environment), null, LogFile.get(environment));
    }
}

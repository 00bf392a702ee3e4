package io.retort.fleet.images;

import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The half of `./retort images` that comes before Docker.
@Command(
        name = "stage",
        mixinStandardHelpOptions = true,
        description = {
            "Lays out what the images of the four services hold, for the Dockerfile.",
            "./retort images runs it and then builds them."
        })
public final class StageCommand implements Callable<Integer> {

    @Option(
            names = "--modules",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where the built modules lie (default: ${DEFAULT-VALUE}).")
    private @Nullable Path modules;

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "amd64",
            description = "amd64, arm64, or both (default: ${DEFAULT-VALUE}).")
    private @Nullable List<String> architectures;

    @Option(
            names = "--service",
            paramLabel = "NAME",
            split = ",",
            description = "Only these services (default: all four).")
    private @Nullable Set<String> services;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "target/images",
            description = "A folder a service is made in it (default: ${DEFAULT-VALUE}).")
    private @Nullable Path out;

    @Override
    public Integer call() throws IOException {
        Console console = Console.standard();
        Set<Architecture> wanted = EnumSet.noneOf(Architecture.class);
        Objects.requireNonNull(architectures).forEach(name -> wanted.add(Architecture.of(name)));
        for (Image image : Image.values()) {
            if (services != null && !services.contains(image.module())) {
                continue;
            }
            Path folder = Objects.requireNonNull(out).resolve(image.module());
            Staging.stage(folder, image.main(), archives(image), wanted);
            console.line(
                    "%-21s lib %s, app %s, native %s"
                            .formatted(
                                    image.module(),
                                    Staging.size(folder.resolve("lib")),
                                    Staging.size(folder.resolve("app")),
                                    Staging.size(folder.resolve("native"))));
        }
        return 0;
    }

    /// The service's own archive and what Maven says it needs.
    private List<Path> archives(Image image) throws IOException {
        Path target = Objects.requireNonNull(modules).resolve(image.module()).resolve("target");
        List<Path> archives = new ArrayList<>();
        try (Stream<Path> files = Files.list(target)) {
            archives.add(
                    files.filter(f ->
                                    f.getFileName()
                                            .toString()
                                            .matches(
                                                    image.module()
                                                            + "-[0-9].*(?<!-exec|sources)\\.jar"))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IOException(
                                            "there is no archive in "
                                                    + target
                                                    + ": ./retort build makes it")));
        }
        for (String path : Files.readString(target.resolve("classpath.txt")).strip().split(":")) {
            archives.add(Path.of(path));
        }
        return archives;
    }
}

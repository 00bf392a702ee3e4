package io.retort.fleet.bench.gateway;

import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Starts the gateway again and again, in turns, as a node does that comes back: its last good
/// model is in its folder, and no broker is there. Ready is when it says so over HTTP, which is
/// looked at every 50 ms. After that it answers requests, and what it keeps in memory then is told
/// too.
public final class StartBench {

    /// For the virtual machine to write what it has seen.
    private static final Duration CACHE_WRITTEN = Duration.ofMinutes(2);

    private final Plan plan;
    private final Console console;

    /// @param rounds each way is started so often
    /// @param requests after each start
    public record Plan(int side, String network, int rounds, int requests, long seed) {

        public Plan {
            if (rounds < 1 || requests < 1) {
                throw new IllegalArgumentException(
                        "rounds: %d and requests: %d must be above 0".formatted(rounds, requests));
            }
        }
    }

    public StartBench(Plan plan, Console console) {
        this.plan = plan;
        this.console = console;
    }

    /// One way to start.
    private record Way(String name, List<String> flags, List<String> program) {}

    public List<Rounds> run() throws IOException {
        Subject subject = Subject.of(plan.side(), plan.network(), plan.seed());
        Path folder = Files.createTempDirectory("retort-bench-start");
        try (Releases releases = new Releases();
                Connections connections = new Connections()) {
            releases.release(1, subject.onnx());
            Path cache = folder.resolve("gateway.aot");
            List<Way> ways =
                    List.of(
                            new Way("as built", Gateway.FLAGS, Installed.gateway()),
                            new Way(
                                    "with a cache",
                                    with("-XX:AOTCache=" + cache),
                                    Installed.gatewayArchives()));
            console.step("a first start, which fills the folder and the cache");
            try (Gateway first =
                    Gateway.start(
                            "first",
                            releases,
                            folder,
                            Map.of(),
                            null,
                            with("-XX:AOTCacheOutput=" + cache),
                            Installed.gatewayArchives())) {
                ask(subject, first, connections, plan.requests());
                first.process().end(CACHE_WRITTEN);
            }
            Map<String, List<Double>> found = new LinkedHashMap<>();
            for (int round = 0; round < plan.rounds(); round++) {
                for (Way way : ways) {
                    measure(way, subject, releases, connections, folder, found);
                }
                console.progress(
                        "%s %d of %d rounds"
                                .formatted(
                                        Console.bar(round + 1, plan.rounds(), 24),
                                        round + 1,
                                        plan.rounds()));
            }
            List<Rounds> figures = new ArrayList<>();
            found.forEach((key, values) -> {
                String[] parts = key.split("\\|", -1);
                figures.add(new Rounds(parts[0], parts[1], values, parts[2]));
            });
            figures.add(
                    new Rounds(
                            "with a cache", "cache", List.of(Files.size(cache) / 1048576.0), "MB"));
            return figures;
        } finally {
            Folders.delete(folder);
        }
    }

    private void measure(
            Way way,
            Subject subject,
            Releases releases,
            Connections connections,
            Path folder,
            Map<String, List<Double>> found)
            throws IOException {
        long started = System.nanoTime();
        try (Gateway gateway =
                Gateway.start(
                        way.name(), releases, folder, Map.of(), null, way.flags(), way.program())) {
            add(found, way, "ready", "ms", (System.nanoTime() - started) / 1e6);
            add(found, way, "processor until ready", "s", gateway.process().cpuSeconds());
            add(found, way, "RSS when ready", "MB", gateway.process().residentMegabytes());
            ask(subject, gateway, connections, plan.requests());
            add(
                    found,
                    way,
                    "RSS after %,d requests".formatted(plan.requests()),
                    "MB",
                    gateway.process().residentMegabytes());
        }
    }

    private static void add(
            Map<String, List<Double>> found, Way way, String metric, String unit, double value) {
        found.computeIfAbsent(String.join("|", way.name(), metric, unit), key -> new ArrayList<>())
                .add(value);
    }

    private static void ask(Subject subject, Gateway gateway, Connections connections, int requests)
            throws IOException {
        HttpCaller caller =
                connections
                        .http(
                                gateway.port(),
                                subject.rawRequests(
                                        "/api/v1/assessments?width=%d&height=%d"
                                                .formatted(subject.side(), subject.side())),
                                1)
                        .getFirst();
        for (int i = 0; i < requests; i++) {
            if (!caller.call(i)) {
                throw new IOException(
                        "the gateway refused request %d: %s".formatted(i, caller.body()));
            }
        }
    }

    private static List<String> with(String flag) {
        List<String> flags = new ArrayList<>(Gateway.FLAGS);
        flags.add(flag);
        return flags;
    }
}

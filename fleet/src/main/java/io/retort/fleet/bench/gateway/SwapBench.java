package io.retort.fleet.bench.gateway;

import io.retort.fleet.bench.gateway.Load.Outcome;
import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// Swaps the gateway's model again and again while requests come at half the pace that it can
/// answer. Between two releases the alias moves, the gateway is asked to look, and downloads,
/// verifies, smoke-runs and swaps, as it does by itself at its next poll. An answer that names none
/// of the two files fails. All is done twice, and the second time counts.
public final class SwapBench {

    private static final int CALLERS = 4;

    /// Counted to a swap after it: the old model is closed then, and the new one is not warm yet.
    private static final long AFTERMATH_NANOS = 50_000_000;

    /// Share of a pause between two swaps that is waited out before the next.
    private static final double REST = 0.5;

    private final Plan plan;
    private final Console console;

    /// @param side of the images, in pixels
    /// @param network of both students
    /// @param requests at least
    public record Plan(
            int side, String network, int swaps, int requests, Duration warmUp, long seed) {

        public Plan {
            if (swaps < 1 || requests < 1) {
                throw new IllegalArgumentException(
                        "swaps: %d and requests: %d must be above 0".formatted(swaps, requests));
            }
        }
    }

    public SwapBench(Plan plan, Console console) {
        this.plan = plan;
        this.console = console;
    }

    /// When a swap began, and when its aftermath ended, by `System.nanoTime`.
    record Window(long from, long to) {

        /// Whether a call that ran from `at` for so long met it.
        boolean meets(long at, long nanos) {
            return at < to && at + nanos > from;
        }
    }

    public List<Rounds> run() throws IOException {
        Subject subject = Subject.of(plan.side(), plan.network(), plan.seed());
        byte[] other =
                Subject.onnx(subject.schema(), plan.network(), plan.seed() + 1, subject.tensors());
        Path folder = Files.createTempDirectory("retort-bench-swap");
        console.step("starting the gateway");
        try (Releases releases = new Releases();
                Connections connections = new Connections()) {
            Alternation alternation = new Alternation(releases, subject.onnx(), other);
            alternation.next();
            try (Gateway gateway = Gateway.start("gateway", releases, folder, Map.of(), null)) {
                return measured(subject, gateway, connections, alternation);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /// Two files in turn, under a version each time.
    private static final class Alternation {

        private final Releases releases;
        private final List<byte[]> files;
        private final List<String> digests = new ArrayList<>();
        private int version;

        Alternation(Releases releases, byte[] one, byte[] other) {
            this.releases = releases;
            this.files = List.of(one, other);
        }

        /// @return what an answer of the new version says
        String next() {
            version++;
            String digest = releases.release(version, files.get(version % 2));
            if (digests.size() < 2) {
                digests.add(digest);
            }
            return digest;
        }
    }

    private List<Rounds> measured(
            Subject subject, Gateway gateway, Connections connections, Alternation alternation)
            throws IOException {
        List<Load.Caller> callers = new ArrayList<>();
        for (HttpCaller caller :
                connections.http(
                        gateway.port(),
                        subject.rawRequests(
                                "/api/v1/assessments?width=%d&height=%d"
                                        .formatted(subject.side(), subject.side())),
                        CALLERS)) {
            callers.add(i -> caller.call(i) && names(caller.body(), alternation.digests));
        }
        HttpCaller registrar = connections.http(gateway.port(), List.of(), 1).getFirst();
        Load.closed(callers, plan.warmUp());
        double pace = Load.closed(callers, plan.warmUp().dividedBy(4)).perSecond() / 2;
        // A rehearsal, since a gateway that runs for long has compiled both: requests at this pace,
        // and what a swap runs. Until then the compiler competes with both for the processors.
        swapped(callers, pace, registrar, alternation, "to rehearse");
        return figures(swapped(callers, pace, registrar, alternation, "to measure"), gateway);
    }

    private record Swapped(Outcome outcome, List<Window> windows) {}

    private Swapped swapped(
            List<Load.Caller> callers,
            double pace,
            HttpCaller registrar,
            Alternation alternation,
            String why)
            throws IOException {
        Duration time = Duration.ofMillis((long) (1000 * plan.requests() / pace) + 1);
        console.step(
                "%d swaps in %.0f s at %.0f requests/s, %s"
                        .formatted(plan.swaps(), time.toMillis() / 1e3, pace, why));
        List<Window> windows = new ArrayList<>();
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> swaps =
                    thread.submit(() -> {
                        swaps(registrar, alternation, time, windows);
                        return null;
                    });
            Outcome outcome = Load.paced(callers, pace, time);
            swaps.get();
            return new Swapped(outcome, windows);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted between swaps", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /// Spread over the time, the first and the last within it.
    private void swaps(
            HttpCaller registrar, Alternation alternation, Duration time, List<Window> windows)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (int i = 0; i < plan.swaps(); i++) {
            long due = begin + (long) ((i + REST) * time.toNanos() / plan.swaps());
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            windows.add(swap(registrar, alternation));
            console.progress(
                    "%s %d of %d swaps"
                            .formatted(Console.bar(i + 1, plan.swaps(), 24), i + 1, plan.swaps()));
        }
    }

    private static Window swap(HttpCaller registrar, Alternation alternation) throws IOException {
        String digest = alternation.next();
        long from = System.nanoTime();
        int status =
                registrar.status(HttpCaller.post("/api/v1/model/refresh", List.of(), new byte[0]));
        long to = System.nanoTime();
        if (status != 200 || !registrar.body().contains(digest)) {
            throw new IOException(
                    "the gateway did not swap to %s: %d %s"
                            .formatted(digest, status, registrar.body()));
        }
        return new Window(from, to + AFTERMATH_NANOS);
    }

    private static boolean names(String body, List<String> digests) {
        return digests.stream().anyMatch(body::contains);
    }

    private static List<Rounds> figures(Swapped swapped, Gateway gateway) throws IOException {
        Outcome outcome = swapped.outcome();
        List<Window> windows = swapped.windows();
        boolean[] meets = met(outcome, windows);
        long[] during = times(outcome, meets, true);
        long[] steady = times(outcome, meets, false);
        double p99During = Load.quantileMillis(during, 0.99);
        double p99Steady = Load.quantileMillis(steady, 0.99);
        long[] swaps =
                windows.stream()
                        .mapToLong(w -> w.to() - AFTERMATH_NANOS - w.from())
                        .sorted()
                        .toArray();
        List<Rounds> figures = new ArrayList<>();
        figures.add(one("swaps", "model swaps", windows.size(), ""));
        figures.add(one("swaps", "p50", Load.quantileMillis(swaps, 0.5), "ms"));
        figures.add(one("requests", "sent", outcome.nanos().length, ""));
        figures.add(one("requests", "failed", (double) outcome.failures(), ""));
        figures.add(one("requests", "per second", outcome.perSecond(), "1/s"));
        figures.add(one("requests/steady", "answered", steady.length, ""));
        figures.add(one("requests/steady", "p50", Load.quantileMillis(steady, 0.5), "ms"));
        figures.add(one("requests/steady", "p99", p99Steady, "ms"));
        figures.add(one("requests/during swaps", "answered", during.length, ""));
        figures.add(one("requests/during swaps", "p50", Load.quantileMillis(during, 0.5), "ms"));
        figures.add(one("requests/during swaps", "p99", p99During, "ms"));
        figures.add(one("requests/during swaps", "p99 over steady", p99During / p99Steady, "x"));
        figures.add(one("gateway", "RSS", gateway.process().residentMegabytes(), "MB"));
        return figures;
    }

    /// Whether each call met a swap.
    static boolean[] met(Outcome outcome, List<Window> windows) {
        boolean[] met = new boolean[outcome.at().length];
        for (int i = 0; i < met.length; i++) {
            long at = outcome.at()[i];
            long nanos = outcome.nanosInOrder()[i];
            met[i] = windows.stream().anyMatch(window -> window.meets(at, nanos));
        }
        return met;
    }

    private static long[] times(Outcome outcome, boolean[] met, boolean which) {
        long[] times =
                IntStream.range(0, met.length)
                        .filter(i -> met[i] == which)
                        .mapToLong(i -> outcome.nanosInOrder()[i])
                        .toArray();
        Arrays.sort(times);
        return times;
    }

    private static Rounds one(String name, String metric, double value, String unit) {
        return new Rounds(name, metric, List.of(value), unit);
    }
}

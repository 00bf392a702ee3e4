package io.retort.fleet.bench.gateway;

import io.retort.fleet.bench.gateway.Load.Caller;
import io.retort.fleet.bench.gateway.Load.Outcome;
import io.retort.fleet.terminal.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One int8 file behind three things: ONNX Runtime called in this process, the edge gateway in each
/// form that it takes, and a plain Spring MVC controller over DJL. Gateway and controller are
/// processes of their own with the same flags and are spoken to over loopback from this one, which
/// shares the machine with them.
///
/// Each round puts every case under load three times: as many requests as it can answer, which
/// tells throughput and processor time, then half of that at an even pace, and a few at a pace that
/// all can bear, which tells latency. Rounds go through all cases, so that all meet the same
/// disturbances; the first is a rehearsal and does not count.
public final class GatewayBench {

    /// Callers of a process: enough that it never waits for one.
    private static final int CALLERS = 4;

    /// Threads that call ONNX Runtime, one a processor.
    private static final int BARE_CALLERS = Runtime.getRuntime().availableProcessors();

    private static final String GATEWAY = "gateway";
    private static final String OTHER = "other gateway";

    /// Two processors that answer requests leave the compiler little: after 20,000 of them it was
    /// still at work, a quarter of the gateway's processor time.
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(20);

    /// Requests per second that every case bears.
    private static final int SAME_PACE = 500;

    private static final double LIMITED_PROCESSORS = 0.5;
    private static final long LIMITED_MEGABYTES = 256;

    private final Plan plan;
    private final Console console;

    /// @param sides of the images, in pixels
    /// @param network of the student
    /// @param cases parts of names, of which those that are measured hold one
    /// @param against properties of a second gateway that is measured beside the first; none for no
    ///   second
    /// @param limited whether to measure a small node too
    /// @param load of either kind, in each round
    /// @param warmUp requests of each case before the first round, so that its code is compiled;
    ///   slow ones end earlier
    public record Plan(
            List<Integer> sides,
            String network,
            List<String> cases,
            Map<String, String> against,
            boolean limited,
            int rounds,
            Duration load,
            int warmUp,
            long seed) {

        public Plan {
            sides = List.copyOf(sides);
            cases = List.copyOf(cases);
            against = Map.copyOf(against);
            if (rounds < 1) {
                throw new IllegalArgumentException("rounds: " + rounds + " is below 1");
            }
        }

        boolean takes(String name) {
            return cases.stream().anyMatch(name::contains);
        }
    }

    public GatewayBench(Plan plan, Console console) {
        this.plan = plan;
        this.console = console;
    }

    public List<Rounds> run() throws IOException {
        List<Rounds> figures = new ArrayList<>();
        for (int side : plan.sides()) {
            Subject subject = Subject.of(side, plan.network(), plan.seed());
            String cores = Runtime.getRuntime().availableProcessors() + " cores";
            figures.addAll(measured("%d px, %s".formatted(side, cores), subject, null));
            if (plan.limited()) {
                figures.addAll(limited(side, subject));
            }
        }
        return figures;
    }

    private List<Rounds> limited(int side, Subject subject) throws IOException {
        try (CpuLimit gateway = CpuLimit.of("gateway", LIMITED_PROCESSORS, LIMITED_MEGABYTES);
                CpuLimit plain = CpuLimit.of("plain", LIMITED_PROCESSORS, LIMITED_MEGABYTES)) {
            return measured(
                    "%d px, %s cores and %d MB"
                            .formatted(side, LIMITED_PROCESSORS, LIMITED_MEGABYTES),
                    subject,
                    new Limits(gateway, plain));
        } catch (CpuLimit.ImpossibleException e) {
            console.line("No figures of a small node: " + e.getMessage());
            return List.of();
        }
    }

    private record Limits(CpuLimit gateway, CpuLimit plain) {

        /// After the warm-up, so that figures are of code that is compiled.
        void tighten() throws IOException {
            gateway.tighten();
            plain.tighten();
        }
    }

    /// @param process null for this one
    private record Case(
            String name, List<? extends Caller> callers, @Nullable JavaProcess process) {}

    private List<Rounds> measured(String place, Subject subject, @Nullable Limits limits)
            throws IOException {
        Path folder = Files.createTempDirectory("retort-bench-gateway");
        console.step(place + ": starting both services");
        try (Releases releases = new Releases();
                BareRuntime bare =
                        new BareRuntime(subject.onnx(), subject.schema(), subject.tensors());
                Connections callers = new Connections()) {
            releases.release(1, subject.onnx());
            try (Gateway gateway =
                            Gateway.start(
                                    GATEWAY,
                                    releases,
                                    folder,
                                    Map.of(),
                                    limits == null ? null : limits.gateway());
                    Plain plain =
                            Plain.start(subject, folder, limits == null ? null : limits.plain());
                    Connections second = new Connections()) {
                List<Case> cases = new ArrayList<>();
                if (limits == null) {
                    List<Caller> threads = new ArrayList<>();
                    for (int i = 0; i < BARE_CALLERS; i++) {
                        threads.add(bare.caller());
                    }
                    cases.add(new Case("ONNX Runtime", threads, null));
                }
                gatewayCases(GATEWAY, subject, gateway, callers, cases);
                if (limits == null && !plan.against().isEmpty()) {
                    gatewayCases(
                            "other gateway",
                            subject,
                            second(releases, folder, second),
                            callers,
                            cases);
                }
                plainCases(subject, plain, callers, cases);
                cases.removeIf(one -> !plan.takes(one.name()));
                if (cases.isEmpty()) {
                    throw new IllegalArgumentException("no case's name holds " + plan.cases());
                }
                return rounds(place, cases, limits);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /// Beside the first, with settings of its own.
    private Gateway second(Releases releases, Path folder, Connections owner) throws IOException {
        Path own = Files.createDirectory(folder.resolve("other"));
        return owner.owning(Gateway.start(OTHER, releases, own, plan.against(), null));
    }

    private static void gatewayCases(
            String name, Subject subject, Gateway gateway, Connections callers, List<Case> cases) {
        String assess = "/api/v1/assessments";
        String infer = "/v2/models/" + Releases.MODEL + "/infer";
        int side = subject.side();
        Map<String, List<byte[]>> requests = new LinkedHashMap<>();
        requests.put(
                name + " raw", subject.rawRequests(assess + "?width=" + side + "&height=" + side));
        requests.put(name + " JPEG", subject.jpegRequests(assess));
        requests.put(name + " OIP binary", subject.binaryRequests(infer));
        requests.put(name + " OIP JSON", subject.jsonRequests(infer));
        requests.forEach((form, own) ->
                cases.add(
                        new Case(
                                form,
                                callers.http(gateway.port(), own, CALLERS),
                                gateway.process())));
        cases.add(
                new Case(
                        name + " gRPC",
                        callers.grpc(gateway.grpcPort(), subject.grpcRequests(), CALLERS),
                        gateway.process()));
    }

    private static void plainCases(
            Subject subject, Plain plain, Connections callers, List<Case> cases) {
        Map<String, List<byte[]>> requests = new LinkedHashMap<>();
        requests.put("plain raw", subject.rawRequests("/raw"));
        requests.put("plain JPEG", subject.jpegRequests("/image"));
        requests.put("plain JSON", subject.plainJsonRequests("/tensor"));
        requests.forEach((name, own) ->
                cases.add(
                        new Case(name, callers.http(plain.port(), own, CALLERS), plain.process())));
    }

    private List<Rounds> rounds(String place, List<Case> cases, @Nullable Limits limits)
            throws IOException {
        Ledger ledger = new Ledger(place);
        int steps = cases.size() * (plan.rounds() + 3);
        int step = 0;
        for (Case one : cases) {
            progress(place, one, step++, steps);
            Load.warm(one.callers(), plan.warmUp(), LONGEST_WARM_UP);
        }
        // A rehearsal: threads that come to rest between requests run code that is not compiled
        // yet.
        for (Case one : cases) {
            progress(place, one, step++, steps);
            round(one, new Ledger(place));
        }
        if (limits != null) {
            limits.tighten();
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (Case one : cases) {
                progress(place, one, step++, steps);
                round(one, ledger);
            }
        }
        residents(cases, ledger);
        for (Case one : cases) {
            progress(place, one, step++, steps);
            allocations(one, ledger);
        }
        for (Case one : cases) {
            JavaProcess process = one.process();
            if (process != null && !process.alive()) {
                console.line(
                        "%s/%s: the process was ended; what it allocates and holds is not known"
                                .formatted(place, one.name()));
            }
        }
        return ledger.rounds();
    }

    /// Once a process: its cases share its memory.
    private static void residents(List<Case> cases, Ledger ledger) throws IOException {
        Set<JavaProcess> seen = new HashSet<>();
        for (Case one : cases) {
            JavaProcess process = one.process();
            if (process != null && process.alive() && seen.add(process)) {
                ledger.add(process.name(), "RSS", process.residentMegabytes(), "MB");
            }
        }
    }

    private void progress(String place, Case one, int step, int steps) {
        console.progress("%s %s: %s".formatted(Console.bar(step, steps, 24), place, one.name()));
    }

    private void round(Case one, Ledger ledger) throws IOException {
        JavaProcess process = one.process();
        if (process != null && !process.alive()) {
            return;
        }
        double cpu = process == null ? 0 : process.cpuSeconds();
        Outcome most = Load.closed(one.callers(), plan.load());
        double worked =
                process == null || !process.alive()
                        ? most.callersCpuNanos() / 1e9
                        : process.cpuSeconds() - cpu;
        ledger.add(one.name(), "requests per second", most.perSecond(), "1/s");
        ledger.add(
                one.name(),
                "CPU of 1,000 requests",
                1000 * worked / Math.max(1, most.nanos().length),
                "s");
        Outcome half = Load.paced(one.callers(), Math.max(1, most.perSecond() / 2), plan.load());
        ledger.add(one.name(), "p50 at half load", half.millis(0.5), "ms");
        ledger.add(one.name(), "p99 at half load", half.millis(0.99), "ms");
        // Half of what a case can do is more for one that can do more.
        Outcome same = Load.paced(one.callers(), SAME_PACE, plan.load());
        ledger.add(one.name(), "p50 at %d requests/s".formatted(SAME_PACE), same.millis(0.5), "ms");
        ledger.add(
                one.name(), "p99 at %d requests/s".formatted(SAME_PACE), same.millis(0.99), "ms");
        ledger.add(
                one.name(),
                "failed requests",
                (double) most.failures() + half.failures() + same.failures(),
                "");
    }

    private void allocations(Case one, Ledger ledger) throws IOException {
        JavaProcess process = one.process();
        String metric = "allocated per request";
        if (process == null) {
            Outcome outcome = Load.closed(one.callers(), plan.load());
            ledger.add(
                    one.name(),
                    metric,
                    outcome.callersBytes() / 1024.0 / outcome.nanos().length,
                    "KB");
        } else if (process.alive()) {
            try (JavaProcess.Allocations allocations = process.allocations()) {
                long before = allocations.bytes();
                Outcome outcome = Load.closed(one.callers(), plan.load());
                ledger.add(
                        one.name(),
                        metric,
                        (allocations.bytes() - before) / 1024.0 / outcome.nanos().length,
                        "KB");
            }
        }
    }

    /// Figures by case and metric, in the order of the first.
    private static final class Ledger {

        private record Key(String name, String metric, String unit) {}

        private final String place;
        private final Map<Key, List<Double>> values = new LinkedHashMap<>();

        Ledger(String place) {
            this.place = place;
        }

        void add(String name, String metric, double value, String unit) {
            values.computeIfAbsent(
                            new Key(place + "/" + name, metric, unit), _ -> new ArrayList<>())
                    .add(value);
        }

        /// Metric by metric, so that cases stand below each other.
        List<Rounds> rounds() {
            return values.keySet().stream()
                    .map(Key::metric)
                    .distinct()
                    .flatMap(metric ->
                            values.entrySet().stream()
                                    .filter(entry -> entry.getKey().metric().equals(metric)))
                    .map(entry -> {
                        Key key = entry.getKey();
                        return new Rounds(key.name(), key.metric(), entry.getValue(), key.unit());
                    })
                    .toList();
        }
    }
}

package io.retort.fleet.bench;

import io.retort.contract.schema.Schema;
import io.retort.distillation.export.TargetProfile;
import io.retort.distillation.gate.GateSettings;
import io.retort.fleet.bench.gateway.GatewayBench;
import io.retort.fleet.bench.gateway.RollingBench;
import io.retort.fleet.bench.gateway.Rounds;
import io.retort.fleet.bench.gateway.StartBench;
import io.retort.fleet.bench.gateway.SwapBench;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.DatasetFolder;
import io.retort.fleet.machines.Machines;
import io.retort.fleet.simulation.Simulation;
import io.retort.fleet.terminal.Console;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures; one subcommand for each question.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures side by side in one run, prints a table and writes it as JSON.")
public final class BenchCommand implements Runnable {

    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "which bench? See ./retort bench --help");
    }

    @Command(
            name = "quantization",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Trains a student on every label of folds 1 to 4 and compares its files, fp32, int8 by each "
                            + "calibrator and with searched layers, fp16 and dynamic: accuracy on fold 0, bytes, time "
                            + "of a call on one thread, agreement, and whether the gate lets them pass.")
    int quantization(
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description = "A dataset folder; without it captures are simulated.")
                    @Nullable Path data,
            @Option(
                            names = "--student",
                            split = ",",
                            defaultValue = "rgb",
                            description = "What the student sees (default: ${DEFAULT-VALUE}).")
                    List<String> student,
            @Option(
                            names = "--network",
                            defaultValue = Architectures.DEFAULT_STUDENT,
                            description =
                                    "The student's network, any of the family (default: ${DEFAULT-VALUE}).")
                    String network,
            @Option(
                            names = "--image-side",
                            description =
                                    "Longer side of images, in pixels (default: the dataset's).")
                    @Nullable Integer imageSide,
            @Option(
                            names = "--target",
                            defaultValue = "any",
                            description =
                                    "What int8 is made for: any (7-bit weights), x86-vnni or arm64 (default: "
                                            + "${DEFAULT-VALUE}).")
                    String target,
            @Mixin BenchRun run)
            throws IOException {
        Console console = run.console();
        long seed = run.seed();
        boolean quick = run.quick();
        Dataset dataset =
                data == null
                        ? new Simulation(seed, quick ? 200 : 1000, Simulation.PACKAGING)
                        : DatasetFolder.read(data, 0);
        String name = data == null ? "simulation" : dataset.schema().name();
        List<BenchReport.Row> rows =
                new QuantizationBench(
                                dataset,
                                new QuantizationBench.Plan(
                                        name,
                                        student,
                                        Architectures.requireStudent(network),
                                        imageSide,
                                        TargetProfile.named(target)),
                                quick,
                                console)
                        .run(seed);
        return run.finish(rows);
    }

    @Command(
            name = "distillation",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Trains students with and without a teacher at several label budgets, over test folds "
                            + "and seeds: twin, self-training, every loss alone, presets, what the gate publishes, "
                            + "the teacher, and controls. What is done is kept beside the report: a bench that was "
                            + "cut short goes on where it was.")
    int distillation(
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description = "A dataset folder; without it captures are simulated.")
                    @Nullable Path data,
            @Option(
                            names = "--student",
                            split = ",",
                            defaultValue = "rgb",
                            description = "What the student sees (default: ${DEFAULT-VALUE}).")
                    List<String> student,
            @Option(
                            names = "--budgets",
                            split = ",",
                            defaultValue = "15,all",
                            description = "Labelled captures (default: ${DEFAULT-VALUE}).")
                    List<String> budgets,
            @Option(
                            names = "--seeds",
                            defaultValue = "5",
                            description = "Of labels and networks (default: ${DEFAULT-VALUE}).")
                    int seeds,
            @Option(
                            names = "--workers",
                            defaultValue = "2",
                            description = "Cells at a time (default: ${DEFAULT-VALUE}).")
                    int workers,
            @Mixin TaughtOptions taught,
            @Mixin BenchRun run)
            throws IOException {
        Console console = run.console();
        long seed = run.seed();
        boolean quick = run.quick();
        IntFunction<Dataset> datasets =
                data == null
                        ? _ -> new Simulation(1, quick ? 200 : 1000, Simulation.PACKAGING)
                        : fold -> DatasetFolder.read(data, fold);
        Schema schema = datasets.apply(taught.firstFold()).schema();
        DistillationBench bench =
                new DistillationBench(
                        new DistillationBench.Plan(
                                data == null ? "simulation" : schema.name(),
                                taught.teacher(schema),
                                student,
                                taught.network("retort-summary"),
                                budgets.stream().map(b -> budget("--budgets", b)).toList(),
                                taught.folds(quick),
                                quick ? 1 : seeds,
                                seed,
                                quick ? 2 : 5,
                                quick
                                        ? TrainingSettings.teacher().withMinimumSteps(60)
                                        : TrainingSettings.teacher(),
                                quick
                                        ? TrainingSettings.student()
                                                .withEpochs(10)
                                                .withMinimumSteps(20)
                                        : TrainingSettings.student(),
                                quick ? new GateSettings(3, 1, 0.2, true) : GateSettings.usual(),
                                workers),
                        datasets,
                        console);
        List<BenchReport.Row> rows = new ArrayList<>(bench.run(run.ledger()));
        console.step("measuring training with and without the teacher in the loop");
        rows.addAll(
                new ThroughputBench(
                                data == null ? "simulation" : schema.name(),
                                datasets.apply(taught.firstFold()),
                                student,
                                taught.network("retort-summary"),
                                TrainingSettings.student())
                        .run(quick ? 1 : 3, quick ? 3 : 7));
        return run.finish(rows);
    }

    @Command(
            name = "maintenance",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "What few sensors say of a machine's state, head by head: a student without a teacher, "
                            + "one distilled from a teacher with every sensor, and that teacher, over test folds and "
                            + "seeds; of simulated machines also how urgent the mechanic is. A bench that was cut "
                            + "short goes on where it was.")
    int maintenance(
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description =
                                    "A dataset folder with signals; without it machines are simulated.")
                    @Nullable Path data,
            @Option(
                            names = "--student",
                            split = ",",
                            description =
                                    "What the student sees (default: temperature,vibration of a folder, rgb of "
                                            + "simulated machines).")
                    @Nullable List<String> student,
            @Option(
                            names = "--labels",
                            description =
                                    "Labelled captures (default: all of a folder, 60 of simulated machines).")
                    @Nullable String labels,
            @Option(
                            names = "--seeds",
                            defaultValue = "2",
                            description = "Of networks (default: ${DEFAULT-VALUE}).")
                    int seeds,
            @Mixin TaughtOptions taught,
            @Mixin BenchRun run)
            throws IOException {
        Console console = run.console();
        long seed = run.seed();
        boolean quick = run.quick();
        IntFunction<Dataset> datasets =
                data == null
                        ? _ -> new Machines(1, quick ? 40 : 200)
                        : fold -> DatasetFolder.read(data, fold);
        Schema schema = datasets.apply(taught.firstFold()).schema();
        List<String> usual = data == null ? List.of("rgb") : List.of("temperature", "vibration");
        String usualLabels = data == null ? "60" : "all";
        List<BenchReport.Row> rows =
                new MaintenanceBench(
                                new MaintenanceBench.Plan(
                                        schema.name(),
                                        taught.teacher(schema),
                                        student == null ? usual : student,
                                        taught.network(Architectures.DEFAULT_STUDENT),
                                        budget("--labels", labels == null ? usualLabels : labels),
                                        taught.folds(quick),
                                        quick ? 1 : seeds,
                                        seed,
                                        quick ? 2 : 3,
                                        TrainingSettings.teacher().withEpochs(quick ? 3 : 15),
                                        // A thousand steps leave room to average the last hundred.
                                        TrainingSettings.student()
                                                .withEpochs(quick ? 3 : 40)
                                                .withAveraging(quick ? 0.95 : 0.99)),
                                datasets,
                                console)
                        .run(run.ledger());
        return run.finish(rows);
    }

    @Command(
            name = "continual",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Lets classes arrive in tasks and asks what is kept of the earlier ones: nothing done "
                            + "about it, elastic weight consolidation, replay, both, and all captures at once. The 50 "
                            + "simulated materials come in 5 tasks, by camera and by spectrum; those of --data in "
                            + "--tasks. What is done is kept beside the report: a bench that was cut short goes on "
                            + "where it was. Curves are drawn beside it too, as SVG.")
    int continual(
            @Option(
                            names = "--data",
                            paramLabel = "DIR",
                            description = "A dataset folder, measured beside the simulation.")
                    @Nullable Path data,
            @Option(
                            names = "--student",
                            split = ",",
                            defaultValue = "rgb",
                            description =
                                    "What the student sees of --data (default: ${DEFAULT-VALUE}).")
                    List<String> student,
            @Option(
                            names = "--tasks",
                            defaultValue = "3",
                            description =
                                    "That the classes of --data come in (default: ${DEFAULT-VALUE}).")
                    int tasks,
            @Option(
                            names = "--memory",
                            defaultValue = "20",
                            description =
                                    "Examples of a class that are replayed (default: ${DEFAULT-VALUE}).")
                    int memory,
            @Option(
                            names = "--seeds",
                            defaultValue = "5",
                            description = "Of networks and memory (default: ${DEFAULT-VALUE}).")
                    int seeds,
            @Option(
                            names = "--workers",
                            defaultValue = "2",
                            description = "Cells at a time (default: ${DEFAULT-VALUE}).")
                    int workers,
            @Mixin BenchRun run)
            throws IOException {
        Console console = run.console();
        long seed = run.seed();
        boolean quick = run.quick();
        List<Scenario> scenarios = new ArrayList<>();
        if (data != null) {
            scenarios.add(Scenario.folder(data, student, tasks, memory, quick));
        }
        scenarios.add(Scenario.simulated("rgb", memory, quick));
        scenarios.add(Scenario.simulated("spectrum", memory, quick));
        ContinualBench bench =
                new ContinualBench(
                        scenarios,
                        List.of(ContinualBench.Method.values()),
                        quick ? 1 : seeds,
                        seed,
                        workers,
                        console);
        ContinualScores scores =
                new ContinualScores(
                        scenarios,
                        List.of(ContinualBench.Method.values()),
                        bench.run(run.ledger()));
        Path chart = run.beside(".svg");
        CurveChart.write(chart, scores.curves());
        console.line("Curves: " + chart.toAbsolutePath());
        return run.finish(scores.rows(true));
    }

    @Command(
            name = "gateway",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "One model behind bare ONNX Runtime, the edge gateway in every form that it takes, and a "
                            + "plain Spring MVC controller over DJL: requests per second, latency at half that "
                            + "load, processor time, memory; on the whole machine and, where control groups can "
                            + "be made, on half a processor and 256 MB. Services are processes of their own.")
    int gateway(
            @Option(
                            names = "--side",
                            split = ",",
                            defaultValue = "64,224",
                            description = "Of the images, in pixels (default: ${DEFAULT-VALUE}).")
                    List<Integer> sides,
            @Option(
                            names = "--network",
                            defaultValue = "retort-plain",
                            description = "The student (default: ${DEFAULT-VALUE}).")
                    String network,
            @Option(
                            names = "--rounds",
                            defaultValue = "6",
                            description =
                                    "Over all cases; intervals need 6 (default: ${DEFAULT-VALUE}).")
                    int rounds,
            @Option(
                            names = "--load",
                            paramLabel = "MS",
                            defaultValue = "3000",
                            description =
                                    "Milliseconds of each load, in each round (default: ${DEFAULT-VALUE}).")
                    int load,
            @Option(
                            names = "--cases",
                            split = ",",
                            paramLabel = "TEXT",
                            description =
                                    "Only cases whose name holds one of these, such as raw (default: all).")
                    @Nullable List<String> cases,
            @Option(
                            names = "--against",
                            split = ",",
                            paramLabel = "NAME=VALUE",
                            description =
                                    "Properties of a second gateway, measured beside the first on the whole machine.")
                    @Nullable Map<String, String> against,
            @Option(names = "--unlimited", description = "Leave out the small node.")
                    boolean unlimited,
            @Mixin BenchRun run)
            throws IOException {
        boolean quick = run.quick();
        List<Rounds> figures =
                new GatewayBench(
                                new GatewayBench.Plan(
                                        quick ? sides.subList(0, 1) : sides,
                                        Architectures.requireStudent(network),
                                        cases == null ? List.of("") : cases,
                                        against == null ? Map.of() : against,
                                        !unlimited && !quick,
                                        quick ? 1 : rounds,
                                        Duration.ofMillis(quick ? 500 : load),
                                        quick ? 1000 : 100_000,
                                        run.seed()),
                                run.console())
                        .run();
        return finish(run, figures);
    }

    @Command(
            name = "swap",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Swaps the model of a gateway, a process of its own, while requests come at half of what "
                            + "it can answer: failed requests, and latency while a model is swapped against "
                            + "that between swaps.")
    int swap(
            @Mixin ServedStudent student,
            @Option(
                            names = "--swaps",
                            defaultValue = "100",
                            description = "Default: ${DEFAULT-VALUE}.")
                    int swaps,
            @Option(
                            names = "--requests",
                            defaultValue = "100000",
                            description = "Default: ${DEFAULT-VALUE}.")
                    int requests,
            @Mixin BenchRun run)
            throws IOException {
        boolean quick = run.quick();
        List<Rounds> figures =
                new SwapBench(
                                new SwapBench.Plan(
                                        student.side(),
                                        student.network(),
                                        quick ? 10 : swaps,
                                        quick ? 5000 : requests,
                                        Duration.ofSeconds(quick ? 6 : 40),
                                        run.seed()),
                                run.console())
                        .run();
        return finish(run, figures);
    }

    @Command(
            name = "rolling",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Restarts every service of a fleet with two gateways in turn, again and again, while "
                            + "stations stream captures and plant systems ask over HTTP: captures that were "
                            + "not decided, or twice, and requests that failed. Ends with status 1 where there are any.")
    int rolling(
            @Mixin ServedStudent student,
            @Option(
                            names = "--captures",
                            defaultValue = "20000",
                            description = "Default: ${DEFAULT-VALUE}.")
                    int captures,
            @Option(
                            names = "--per-second",
                            defaultValue = "200",
                            description = "Captures that are sent (default: ${DEFAULT-VALUE}).")
                    int perSecond,
            @Mixin BenchRun run)
            throws IOException {
        List<Rounds> figures =
                new RollingBench(
                                new RollingBench.Plan(
                                        student.side(),
                                        student.network(),
                                        run.quick() ? 2000 : captures,
                                        perSecond,
                                        run.seed()),
                                run.console())
                        .run();
        int status = finish(run, figures);
        return RollingBench.clean(figures) ? status : 1;
    }

    @Command(
            name = "start",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Starts a gateway again and again, as it is built and with a cache of loaded classes "
                            + "(JEP 514): time until it is ready, processor time, and memory then and "
                            + "after requests. No broker is there, and the model is in its folder.")
    int start(
            @Mixin ServedStudent student,
            @Option(
                            names = "--rounds",
                            defaultValue = "5",
                            description = "Default: ${DEFAULT-VALUE}.")
                    int rounds,
            @Option(
                            names = "--requests",
                            defaultValue = "10000",
                            description = "After each start (default: ${DEFAULT-VALUE}).")
                    int requests,
            @Mixin BenchRun run)
            throws IOException {
        boolean quick = run.quick();
        List<Rounds> figures =
                new StartBench(
                                new StartBench.Plan(
                                        student.side(),
                                        student.network(),
                                        quick ? 1 : rounds,
                                        quick ? 200 : requests,
                                        run.seed()),
                                run.console())
                        .run();
        return finish(run, figures);
    }

    private static int finish(BenchRun run, List<Rounds> figures) throws IOException {
        return run.finish(figures.stream().map(BenchCommand::row).toList());
    }

    private static BenchReport.Row row(Rounds rounds) {
        return new BenchReport.Row(
                rounds.name(),
                rounds.metric(),
                rounds.median(),
                rounds.low(),
                rounds.high(),
                rounds.values().size(),
                rounds.unit());
    }

    private static int budget(String option, String text) {
        if (text.equals("all")) {
            return 0;
        }
        try {
            int budget = Integer.parseInt(text);
            if (budget >= 2) {
                return budget;
            }
        } catch (NumberFormatException _) {
            // Refused below.
        }
        throw new IllegalArgumentException(
                option + ": '" + text + "' is neither 'all' nor a number from 2");
    }
}

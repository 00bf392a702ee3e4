package io.retort.fleet.dependencies;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists what is delivered beside our own code, and under which licences.
@Command(
        name = "dependencies",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the libraries that the modules are delivered with: version, licences, modules.",
            "Reads the bills of materials (CycloneDX) that the build writes to MODULE/target/sbom.json.",
            "Ends with status 1 where a library's licence is none that the project takes."
        })
public final class DependenciesCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--modules",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where the built modules lie (default: ${DEFAULT-VALUE}).")
    private @Nullable Path modules;

    @Override
    public Integer call() throws IOException {
        Map<String, Dependency> all = new TreeMap<>();
        Map<String, Set<String>> users = new TreeMap<>();
        for (Bill bill : bills(Objects.requireNonNull(modules))) {
            for (Dependency dependency : bill.dependencies()) {
                String key = dependency.name() + ":" + dependency.version();
                all.put(key, dependency);
                users.computeIfAbsent(key, _ -> new TreeSet<>()).add(bill.module());
            }
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        List<String> unwelcome = new ArrayList<>();
        all.forEach((key, dependency) -> {
            out.printf(
                    "%-72s %-40s %s%n",
                    key,
                    String.join(" or ", dependency.licences()),
                    String.join(" ", Objects.requireNonNull(users.get(key))));
            if (!dependency.welcome()) {
                unwelcome.add(key);
            }
        });
        out.printf("%d libraries%n", all.size());
        if (!unwelcome.isEmpty()) {
            out.printf("under no licence that the project takes: %s%n", unwelcome);
        }
        out.flush();
        return unwelcome.isEmpty() && !all.isEmpty() ? 0 : 1;
    }

    private static List<Bill> bills(Path folder) throws IOException {
        List<Path> built;
        try (Stream<Path> modules = Files.list(folder)) {
            built = modules.filter(module -> Files.exists(Bill.path(module))).sorted().toList();
        }
        if (built.isEmpty()) {
            throw new IOException("no module in " + folder + " is built: ./retort build does it");
        }
        List<Bill> bills = new ArrayList<>();
        for (Path module : built) {
            bills.add(Bill.read(module));
        }
        return bills;
    }
}

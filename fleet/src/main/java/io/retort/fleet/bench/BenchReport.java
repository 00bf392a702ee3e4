package io.retort.fleet.bench;

import io.retort.fleet.terminal.Console;
import io.retort.learning.evaluation.Interval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The one format of every bench.
///
/// @param commit of the tree that was measured, with `+` where it had changes; "unknown" outside a
///   repository
/// @param machine operating system, architecture and processors
record BenchReport(
        String bench,
        String commit,
        long seed,
        String machine,
        Instant started,
        double seconds,
        List<Row> rows) {

    /// @param name stable path of what was measured, such as `plastics/int8`
    /// @param low of a 95 % interval; equal to value where there is none
    /// @param n observations behind the value
    record Row(
            @com.fasterxml.jackson.annotation.JsonProperty("case") String name,
            String metric,
            double value,
            double low,
            double high,
            int n,
            String unit) {

        static Row of(String name, String metric, double value, int n, String unit) {
            return new Row(name, metric, value, value, value, n, unit);
        }

        /// A number of the row, to four digits.
        String said(double number) {
            return number == Math.rint(number)
                    ? String.format(Locale.ROOT, "%,.0f", number)
                    : String.format(Locale.ROOT, "%.4g", number);
        }

        static Row of(String name, String metric, Interval value, String unit) {
            return new Row(name, metric, value.value(), value.low(), value.high(), value.n(), unit);
        }
    }

    BenchReport {
        rows = List.copyOf(rows);
    }

    static BenchReport of(
            String bench, long seed, Instant started, double seconds, List<Row> rows) {
        return new BenchReport(bench, treeCommit(), seed, thisMachine(), started, seconds, rows);
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValue(file.toFile(), this);
    }

    void print(Console console) {
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        String name = "%-" + Math.max(24, width) + "s";
        console.line("");
        console.line(
                String.format(
                        Locale.ROOT,
                        name + " %-28s %12s  %-18s %6s  %s",
                        "case",
                        "metric",
                        "value",
                        "95 % interval",
                        "n",
                        "unit"));
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            name + " %-28s %12s  %-18s %6d  %s",
                            row.name(),
                            row.metric(),
                            row.said(row.value()),
                            row.low() == row.high()
                                    ? ""
                                    : String.format(
                                            Locale.ROOT, "[%.4g, %.4g]", row.low(), row.high()),
                            row.n(),
                            row.unit()));
        }
        lines.forEach(console::line);
    }

    private static String thisMachine() {
        return "%s %s, %d processors, JDK %s"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version());
    }

    private static String treeCommit() {
        String commit = git("rev-parse", "--short=12", "HEAD");
        if (commit.isEmpty()) {
            return "unknown";
        }
        return git("status", "--porcelain", "--untracked-files=no").isEmpty()
                ? commit
                : commit + "+";
    }

    private static String git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? said.strip()
                    : "";
        } catch (IOException _) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}

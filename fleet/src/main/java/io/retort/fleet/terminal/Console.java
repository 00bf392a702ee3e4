package io.retort.fleet.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Lines with the seconds since the start before them. Progress is rewritten in place on a
/// terminal, and told at most every few seconds where output goes to a file.
public final class Console {

    private static final Duration QUIET = Duration.ofSeconds(3);

    private final PrintStream out;
    private final boolean rewrite;
    private final long started = System.nanoTime();
    private long lastProgress;
    private int open;

    /// @param rewrite whether the output is a terminal, where a line can be written again
    public Console(PrintStream out, boolean rewrite) {
        this.out = out;
        this.rewrite = rewrite;
        this.lastProgress = started - QUIET.toNanos();
    }

    public static Console standard() {
        return new Console(
                System.out,
                Optional.ofNullable(System.console())
                        .filter(java.io.Console::isTerminal)
                        .isPresent());
    }

    /// Starts a step: a line of its own.
    public synchronized void step(String text) {
        finishLine();
        out.println(stamped(text));
        lastProgress = System.nanoTime() - QUIET.toNanos();
    }

    /// A line without a time, such as a row of a table.
    public synchronized void line(String text) {
        finishLine();
        out.println(text);
    }

    /// How far the step is.
    public synchronized void progress(String text) {
        if (rewrite) {
            String line = stamped("  " + text);
            out.print("\r" + line + " ".repeat(Math.max(0, open - line.length())));
            out.flush();
            open = line.length();
        } else if (System.nanoTime() - lastProgress >= QUIET.toNanos()) {
            out.println(stamped("  " + text));
            lastProgress = System.nanoTime();
        }
    }

    /// Seconds since the start.
    public double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    /// A bar of `width` characters, filled by `done / total`.
    public static String bar(long done, long total, int width) {
        int filled = (int) (total == 0 ? 0 : Math.min(width, done * width / total));
        return "[" + "#".repeat(filled) + ".".repeat(width - filled) + "]";
    }

    private void finishLine() {
        if (open > 0) {
            out.println();
            open = 0;
        }
    }

    private String stamped(String text) {
        return String.format(Locale.ROOT, "%6.1f s  %s", seconds(), text);
    }
}

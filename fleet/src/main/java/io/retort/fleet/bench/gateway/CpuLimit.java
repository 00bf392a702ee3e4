package io.retort.fleet.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A control group that a process can be started in, as a container's limits are: memory, and from
/// [#tighten()] on a share of one processor. Belongs to whoever made it; its processes must have
/// ended when it is closed.
final class CpuLimit implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final long PERIOD_MICROS = 100_000;

    /// Groups of each hierarchy, in which a process that enters all is limited.
    private final List<Path> groups = new ArrayList<>();

    private final double processors;

    private CpuLimit(double processors) {
        this.processors = processors;
    }

    /// This machine or user cannot make one.
    static final class ImpossibleException extends IOException {

        private static final long serialVersionUID = 1L;

        private ImpossibleException(IOException cause) {
            super("no control group can be made: " + cause, cause);
        }
    }

    /// @param purpose a part of its name
    static CpuLimit of(String purpose, double processors, long megabytes) throws IOException {
        CpuLimit limit = new CpuLimit(processors);
        long bytes = megabytes * 1024 * 1024;
        String name = "retort-bench-%s-%d".formatted(purpose, ProcessHandle.current().pid());
        try {
            if (unified()) {
                Path group = limit.group(ROOT.resolve(name));
                Files.writeString(group.resolve("memory.max"), Long.toString(bytes));
            } else {
                limit.group(ROOT.resolve("cpu").resolve(name));
                Path memory = limit.group(ROOT.resolve("memory").resolve(name));
                Files.writeString(memory.resolve("memory.limit_in_bytes"), Long.toString(bytes));
            }
            return limit;
        } catch (IOException e) {
            limit.close();
            throw new ImpossibleException(e);
        }
    }

    /// Holds the group's processes to their share of a processor from now on.
    void tighten() throws IOException {
        Path group = groups.getFirst();
        long quota = Math.round(processors * PERIOD_MICROS);
        if (unified()) {
            Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
        } else {
            Files.writeString(group.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS));
            Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
        }
    }

    private static boolean unified() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    /// The command, run within the group from its first instruction on, under the same process id.
    List<String> within(List<String> command) {
        StringBuilder entering = new StringBuilder();
        groups.forEach(group ->
                entering.append("echo $$ > ").append(group.resolve("cgroup.procs")).append(" && "));
        List<String> limited =
                new ArrayList<>(List.of("sh", "-c", entering + "exec \"$@\"", "retort-bench"));
        limited.addAll(command);
        return limited;
    }

    @Override
    public void close() throws IOException {
        for (Path group : groups) {
            Files.deleteIfExists(group);
        }
        groups.clear();
    }

    private Path group(Path group) throws IOException {
        Files.createDirectory(group);
        groups.add(group);
        return group;
    }
}

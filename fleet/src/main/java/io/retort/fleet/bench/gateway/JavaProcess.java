package io.retort.fleet.bench.gateway;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/// A Java virtual machine of its own, with the figures that the operating system has of it.
/// Connections ends it.
final class JavaProcess implements AutoCloseable {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final int LAST_LINES = 15;

    /// USER_HZ, in which Linux tells times of processes to all programs (man 5 proc).
    private static final double TICKS_PER_SECOND = 100;

    private final String name;
    private final Process process;
    private final Path log;

    private JavaProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /// @param launch class path, main class and arguments
    /// @param log where its output goes
    static JavaProcess start(
            String name,
            List<String> flags,
            List<String> launch,
            @Nullable CpuLimit limit,
            Path log)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(flags);
        command.addAll(launch);
        ProcessBuilder builder =
                new ProcessBuilder(limit == null ? command : limit.within(command))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        return new JavaProcess(name, builder.start(), log);
    }

    /// A port that nobody listens on now.
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return name;
    }

    boolean alive() {
        return process.isAlive();
    }

    /// Waits until a path answers 200.
    ///
    /// @throws IOException with the last lines of its log, where it ends or takes too long
    void awaitReady(int port, String path) throws IOException {
        byte[] request = HttpCaller.get(path);
        long end = System.nanoTime() + LONGEST_START.toNanos();
        try (HttpCaller caller = new HttpCaller(port, List.of(request))) {
            while (System.nanoTime() < end) {
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    throw new IOException(
                            "%s ended with status %d:%n%s"
                                    .formatted(name, process.exitValue(), lastLines()));
                }
                try {
                    if (caller.call(0)) {
                        return;
                    }
                } catch (IOException _) {
                    // Not listening yet.
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " starts", e);
        }
        throw new IOException("%s is not ready:%n%s".formatted(name, lastLines()));
    }

    /// Processor time so far, of all threads, in seconds; ticks are 10 ms.
    double cpuSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        // The name in parentheses may hold blanks; fields 14 and 15 are user and system time.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /// Memory in use, in megabytes (2^20 bytes).
    double residentMegabytes() throws IOException {
        for (String line : Files.readAllLines(proc("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException(proc("status") + " has no VmRSS");
    }

    /// The virtual machine's own count of bytes that its threads have allocated on the heap. Asking
    /// starts its management agent, which stays: ask when all else is measured.
    // The address is the local one of a process that this one started.
    @SuppressWarnings("BanJNDI")
    Allocations allocations() throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            String address;
            try {
                address = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
            return new Allocations(JMXConnectorFactory.connect(new JMXServiceURL(address)));
        } catch (AttachNotSupportedException e) {
            throw new IOException(name + " cannot be asked for its allocations", e);
        }
    }

    static final class Allocations implements AutoCloseable {

        private final JMXConnector connector;

        private Allocations(JMXConnector connector) {
            this.connector = connector;
        }

        long bytes() throws IOException {
            try {
                return (Long)
                        connector
                                .getMBeanServerConnection()
                                .getAttribute(
                                        new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                                        "TotalThreadAllocatedBytes");
            } catch (JMException e) {
                throw new IOException("the allocations are not told: " + e.getMessage(), e);
            }
        }

        @Override
        public void close() throws IOException {
            connector.close();
        }
    }

    @Override
    public void close() {
        end(Duration.ofSeconds(10));
    }

    /// Asks the process to end, and kills it when it takes longer.
    void end(Duration patience) {
        process.destroy();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }
}

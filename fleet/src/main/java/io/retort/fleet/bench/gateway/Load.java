package io.retort.fleet.bench.gateway;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Calls from several threads, one a caller, for a while.
final class Load {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Between two looks at how many calls were made.
    private static final Duration WARMING = Duration.ofMillis(100);

    private Load() {}

    /// A connection, for use by one thread at a time.
    @FunctionalInterface
    interface Caller {

        /// Sends request number `i` and waits for its answer.
        ///
        /// @return whether it was answered as it should be
        /// @throws IOException where the connection broke, which fails the call too
        boolean call(int i) throws IOException;
    }

    /// @param nanos that calls took, sorted, the failed ones' too
    /// @param at when each call of `nanosInOrder` began, by `System.nanoTime`
    /// @param callersCpuNanos what the calling threads themselves worked
    /// @param callersBytes what the calling threads themselves allocated
    record Outcome(
            long[] nanos,
            long[] at,
            long[] nanosInOrder,
            long failures,
            double seconds,
            long callersCpuNanos,
            long callersBytes) {

        double perSecond() {
            return (nanos.length - failures) / seconds;
        }

        double millis(double quantile) {
            return quantileMillis(nanos, quantile);
        }
    }

    /// @param sorted nanoseconds
    static double quantileMillis(long[] sorted, double quantile) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * sorted.length))]
                / 1e6;
    }

    /// Each caller sends its next request as soon as it has its answer.
    static Outcome closed(List<? extends Caller> callers, Duration time) {
        return run(callers, time, 0);
    }

    /// As [#closed(List, Duration)], until so many calls have been made, or `longest` has passed.
    static void warm(List<? extends Caller> callers, int calls, Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        int made = 0;
        while (made < calls && System.nanoTime() < end) {
            made += closed(callers, WARMING).nanos().length;
        }
    }

    /// Callers send at a set pace together. A call whose time came while its caller still waited
    /// for the answer before counts from the time at which it should have been sent.
    static Outcome paced(List<? extends Caller> callers, double perSecond, Duration time) {
        return run(callers, time, perSecond);
    }

    private static Outcome run(List<? extends Caller> callers, Duration time, double perSecond) {
        CountDownLatch ready = new CountDownLatch(callers.size() + 1);
        List<Worker> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(callers.size())) {
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < callers.size(); i++) {
                Worker worker = new Worker(callers.get(i), i, callers.size(), time, perSecond);
                workers.add(worker);
                ends.add(threads.submit(() -> worker.run(ready)));
            }
            ready.countDown();
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted under load", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a caller failed: " + e.getCause(), e);
        }
        return outcome(workers);
    }

    private static Outcome outcome(List<Worker> workers) {
        int calls = workers.stream().mapToInt(worker -> worker.calls).sum();
        long[] at = new long[calls];
        long[] inOrder = new long[calls];
        int filled = 0;
        long begin = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (Worker worker : workers) {
            System.arraycopy(worker.at, 0, at, filled, worker.calls);
            System.arraycopy(worker.nanos, 0, inOrder, filled, worker.calls);
            filled += worker.calls;
            begin = Math.min(begin, worker.begin);
            end = Math.max(end, worker.end);
        }
        long[] sorted = inOrder.clone();
        Arrays.sort(sorted);
        return new Outcome(
                sorted,
                at,
                inOrder,
                workers.stream().mapToLong(worker -> worker.failures).sum(),
                (end - begin) / 1e9,
                workers.stream().mapToLong(worker -> worker.cpu).sum(),
                workers.stream().mapToLong(worker -> worker.bytes).sum());
    }

    private static final class Worker {

        private final Caller caller;
        private final int number;
        private final int callers;
        private final long time;
        private final double nanosBetween;
        private long[] nanos = new long[4096];
        private long[] at = new long[4096];
        private int calls;
        private long failures;
        private long begin;
        private long end;
        private long cpu;
        private long bytes;

        Worker(Caller caller, int number, int callers, Duration time, double perSecond) {
            this.caller = caller;
            this.number = number;
            this.callers = callers;
            this.time = time.toNanos();
            this.nanosBetween = perSecond == 0 ? 0 : callers * 1e9 / perSecond;
        }

        private @Nullable Void run(CountDownLatch ready) throws InterruptedException {
            ready.countDown();
            ready.await();
            long cpuBefore = THREADS.getCurrentThreadCpuTime();
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            begin = System.nanoTime();
            long free = begin;
            while (true) {
                long due = due();
                if (due - begin >= time) {
                    break;
                }
                boolean late = nanosBetween > 0 && free > due;
                if (!late) {
                    await(due);
                }
                long from = late ? due : System.nanoTime();
                if (!call()) {
                    failures++;
                }
                free = System.nanoTime();
                keep(from, free - from);
            }
            end = Math.max(System.nanoTime(), begin + 1);
            cpu = THREADS.getCurrentThreadCpuTime() - cpuBefore;
            bytes = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
            return null;
        }

        private long due() {
            return nanosBetween == 0
                    ? System.nanoTime()
                    : begin + (long) (nanosBetween * (calls + (double) number / callers));
        }

        private static void await(long due) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        private boolean call() {
            try {
                return caller.call(calls * callers + number);
            } catch (IOException | UncheckedIOException _) {
                return false;
            }
        }

        private void keep(long from, long took) {
            if (calls == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * calls);
                at = Arrays.copyOf(at, 2 * calls);
            }
            at[calls] = from;
            nanos[calls++] = took;
        }
    }
}

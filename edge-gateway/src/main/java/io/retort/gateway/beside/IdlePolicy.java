package io.retort.gateway.beside;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Linux' scheduling policy `SCHED_IDLE` (`man 7 sched`): any other thread that wakes takes the
/// processor at once, where one of high niceness keeps it for the rest of its slice, milliseconds
/// later. Java's thread priorities do nothing on Linux unless the whole machine is asked for.
final class IdlePolicy {

    private static final Logger log = LoggerFactory.getLogger(IdlePolicy.class);

    private static final int SCHED_IDLE = 5;

    /// The calling thread, not its process.
    private static final int THIS_THREAD = 0;

    private IdlePolicy() {}

    /// For the rest of the calling thread's life: there is no way back without privileges.
    static void take() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            // struct sched_param: its only field, the priority, is 0 here.
            MemorySegment parameters = arena.allocate(ValueLayout.JAVA_INT);
            int result =
                    (int) Handle.SET_SCHEDULER.invokeExact(THIS_THREAD, SCHED_IDLE, parameters);
            if (result != 0) {
                log.debug("sched_setscheduler answers {}", result);
            }
        } catch (Throwable e) {
            log.debug("Runs at full priority", e);
        }
    }

    private static final class Handle {

        // The function is of every C library: two numbers and a pointer.
        @SuppressWarnings("restricted")
        static final MethodHandle SET_SCHEDULER =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker()
                                        .defaultLookup()
                                        .findOrThrow("sched_setscheduler"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS));
    }
}

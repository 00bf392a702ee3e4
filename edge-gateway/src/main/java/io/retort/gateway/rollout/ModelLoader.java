package io.retort.gateway.rollout;

import io.retort.gateway.inference.InferenceSettings;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.inference.UnusableModelException;
import io.retort.gateway.rollout.Beside.Interrupt;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens models without being in the way of requests. Opening is one native call of many
/// milliseconds: at full priority it would keep one of the node's few processors from them. Used
/// from platform threads, since a virtual one would keep its carrier.
final class ModelLoader {

    private static final Logger log = LoggerFactory.getLogger(ModelLoader.class);

    /// About a tenth of a processor for which requests compete, all of one that is idle.
    private static final int NICENESS = 10;

    private static final int PRIO_PROCESS = 0;

    private final InferenceSettings settings;

    ModelLoader(InferenceSettings settings) {
        this.settings = settings;
    }

    /// How soon it is wanted: where requests are served meanwhile, they go first.
    enum Haste {
        AT_ONCE,
        REQUESTS_FIRST
    }

    /// @throws UnusableModelException saying what is wrong with the file
    Model load(byte[] onnx, ModelVersion version, Haste haste) {
        return haste == Haste.AT_ONCE
                ? Model.load(onnx, version, settings)
                // Wakes no virtual thread: a carrier that is started for one would have that
                // priority too, and keep it.
                : Beside.run(
                        Thread.ofPlatform().name("model-loader").daemon(),
                        Interrupt.WAITS,
                        () -> {
                            beNice();
                            return Model.load(onnx, version, settings);
                        });
    }

    /// Java's thread priorities do nothing on Linux unless the whole machine is asked for. There,
    /// `setpriority(2)` of process 0 is of the calling thread alone.
    private static void beNice() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        try {
            int result = (int) SetPriority.HANDLE.invokeExact(PRIO_PROCESS, 0, NICENESS);
            if (result != 0) {
                log.debug("setpriority answers {}", result);
            }
        } catch (Throwable e) {
            log.debug("A model is opened at full priority", e);
        }
    }

    private static final class SetPriority {

        // The function is of every C library, and takes three numbers.
        @SuppressWarnings("restricted")
        static final MethodHandle HANDLE =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("setpriority"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT));
    }
}

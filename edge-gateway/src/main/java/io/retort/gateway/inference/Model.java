package io.retort.gateway.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.retort.contract.InvalidRecordException;
import io.retort.contract.reference.Reference;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import io.retort.contract.v1.Capture;
import io.retort.gateway.beside.Beside;
import io.retort.preprocessing.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One ONNX file in memory, with the schema that it carries. Immutable, and safe for use by many
/// threads while they hold a [Models.Lease] on it. Owns the session and the lanes' tensors.
public final class Model {

    private static final String SCHEMA = "retort.schema";

    /// One for the request that runs, one for the next that is being read.
    private static final int SPARE_PER_LANE = 2;

    private final ModelVersion version;
    private final Preprocessing preprocessing;
    private final OrtSession session;
    private final @Nullable Reference reference;
    private final BlockingQueue<Lane> lanes = new LinkedBlockingQueue<>();

    /// Arrays of inputs that are closed, for the next ones.
    private final Queue<Map<String, float[]>> spare;

    private final InferenceSettings settings;
    private final AtomicInteger waiting = new AtomicInteger();

    /// One for the owner, and one for each lease. At 0 the native memory is gone.
    private final AtomicInteger holders = new AtomicInteger(1);

    private Model(
            ModelVersion version,
            Schema schema,
            @Nullable Reference reference,
            OrtSession session,
            InferenceSettings settings) {
        this.version = version;
        this.reference = reference;
        this.settings = settings;
        this.preprocessing = new Preprocessing(schema);
        this.session = session;
        this.spare = new ArrayBlockingQueue<>(SPARE_PER_LANE * settings.lanesOnThisMachine());
    }

    /// How soon a model is wanted: where requests are served meanwhile, they go first. Opening is
    /// one native call of many milliseconds, on one of the node's few processors.
    public enum Haste {
        AT_ONCE,
        REQUESTS_FIRST
    }

    /// Opens a model and runs it, so that one which cannot answer never serves. The caller owns it
    /// until [Models#swap(Model)].
    ///
    /// @param onnx the file's bytes, so that nothing beside them (external data) is ever read
    /// @throws UnusableModelException saying what is wrong with it
    public static Model load(
            byte[] onnx, ModelVersion version, InferenceSettings settings, Haste haste) {
        OrtSession session =
                haste == Haste.REQUESTS_FIRST && settings.opensOnOneThread()
                        ? Beside.whenIdle(() -> open(onnx, settings))
                        : open(onnx, settings);
        Model model;
        try {
            Schema schema = schema(session);
            Signature.require(schema, session);
            model = new Model(version, schema, reference(session), session, settings);
        } catch (OrtException | RuntimeException e) {
            close(session);
            throw unusable(e);
        }
        try {
            for (int i = 0; i < settings.lanesOnThisMachine(); i++) {
                model.lanes.add(Lane.of(model.schema()));
            }
            model.smokeRun();
            return model;
        } catch (OrtException | RuntimeException e) {
            model.release();
            throw unusable(e);
        }
    }

    public ModelVersion version() {
        return version;
    }

    public Schema schema() {
        return preprocessing.schema();
    }

    /// What it answered before its release; absent where its file does not say.
    public Optional<Reference> reference() {
        return Optional.ofNullable(reference);
    }

    /// What the model sees of a capture. Its arrays go back to the model when it is closed, and are
    /// written over for a later capture.
    public final class Input implements AutoCloseable {

        private final Map<String, float[]> arrays;
        private final Map<String, float[]> tensors;

        private Input(Map<String, float[]> arrays, Capture capture) {
            this.arrays = arrays;
            this.tensors = preprocessing.tensors(capture, arrays);
        }

        /// CHW by modality: those of the model's that the capture carries, one or more.
        public Map<String, float[]> tensors() {
            return tensors;
        }

        @Override
        public void close() {
            spare.offer(arrays);
        }
    }

    /// @throws InvalidRecordException naming the field, also where the capture carries none of the
    ///   model's modalities
    public Input input(Capture capture) {
        Map<String, float[]> arrays = spare.poll();
        Input input = new Input(arrays == null ? new LinkedHashMap<>() : arrays, capture);
        if (input.tensors().isEmpty()) {
            var names = schema().modalities().keySet();
            throw new InvalidRecordException(
                    names.size() == 1
                            ? "modalities[" + names.iterator().next() + "]"
                            : "modalities",
                    "the model needs one or more of "
                            + names
                            + ", the capture carries "
                            + capture.getModalitiesMap().keySet());
        }
        return input;
    }

    /// Inputs of the file in its schema's order; with several modalities also, for each, whether it
    /// was sensed.
    public List<TensorSpec> inputs() {
        List<TensorSpec> inputs = new ArrayList<>();
        schema().modalities()
                .forEach((name, modality) -> {
                    TensorShape shape = modality.shape();
                    inputs.add(
                            new TensorSpec(
                                    name,
                                    List.of(
                                            -1L,
                                            (long) shape.channels(),
                                            (long) shape.height(),
                                            (long) shape.width())));
                    if (Signature.hasPresence(schema())) {
                        inputs.add(new TensorSpec(Signature.presence(name), List.of(-1L, 1L)));
                    }
                });
        return inputs;
    }

    public List<TensorSpec> outputs() {
        return schema().heads().entrySet().stream()
                .map(head ->
                        new TensorSpec(head.getKey(), List.of(-1L, (long) head.getValue().width())))
                .toList();
    }

    /// The input that says whether a modality was sensed; absent where the model has one alone.
    public Optional<String> presence(String modality) {
        return Signature.hasPresence(schema())
                ? Optional.of(Signature.presence(modality))
                : Optional.empty();
    }

    /// Raw values by head, in the schema's order: logits of classes, or one number. All are finite.
    /// Waits while all lanes are taken, however long: for streams, which wait too.
    public Map<String, float[]> run(Map<String, float[]> tensors) {
        try {
            return run(lanes.take(), tensors);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// As [#run(Map)], for senders that wait for their answer.
    ///
    /// @throws OverloadedException where too many wait already, or patience ends
    public Map<String, float[]> runSoon(Map<String, float[]> tensors) {
        Lane free = lanes.poll();
        return run(free == null ? await() : free, tensors);
    }

    private Lane await() {
        if (waiting.incrementAndGet() > settings.queue()) {
            waiting.decrementAndGet();
            throw new OverloadedException(settings.queue() + " requests are waiting already");
        }
        try {
            Lane lane = lanes.poll(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
            if (lane == null) {
                throw new OverloadedException(
                        "no request ended within " + settings.patience().toMillis() + " ms");
            }
            return lane;
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /// Requests that wait for a lane.
    int waiting() {
        return waiting.get();
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted while waiting for a lane", e);
    }

    private Map<String, float[]> run(Lane lane, Map<String, float[]> tensors) {
        Map<String, float[]> answers;
        try {
            answers = lane.run(session, tensors);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not run " + version, e);
        } finally {
            lanes.add(lane);
        }
        answers.forEach((head, values) -> {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new IllegalStateException("head " + head + " answers " + value);
                }
            }
        });
        return answers;
    }

    /// False where the model is closed already.
    boolean retain() {
        int seen = holders.get();
        while (seen > 0) {
            if (holders.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = holders.get();
        }
        return false;
    }

    /// Gives up one hold. Where none is left, closes the model and is true.
    public boolean release() {
        int left = holders.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("released more often than held: " + version);
        }
        if (left > 0) {
            return false;
        }
        lanes.forEach(Lane::close);
        lanes.clear();
        close(session);
        return true;
    }

    private void smokeRun() {
        Map<String, float[]> zeros = new LinkedHashMap<>();
        Map<String, float[]> pattern = new LinkedHashMap<>();
        schema().modalities()
                .forEach((name, modality) -> {
                    zeros.put(name, new float[modality.shape().size()]);
                    pattern.put(name, pattern(modality.shape().size()));
                });
        run(zeros);
        run(pattern);
        if (Signature.hasPresence(schema())) {
            pattern.forEach((name, tensor) -> run(Map.of(name, tensor)));
        }
    }

    /// Values from -2 to 2, about as normalised sensors give them.
    private static float[] pattern(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (i % 101 * 37 % 101 - 50) / 25f;
        }
        return values;
    }

    private static OrtSession open(byte[] onnx, InferenceSettings settings) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(settings.threads());
            options.setInterOpNumThreads(1);
            // Waiting threads sleep: the node's other work needs the processors.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            settings.provider().addTo(options, settings.threads());
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            return environment.createSession(onnx, options);
        } catch (OrtException e) {
            throw new UnusableModelException("ONNX Runtime cannot open it: " + e.getMessage(), e);
        }
    }

    private static Schema schema(OrtSession session) throws OrtException {
        String json = session.getMetadata().getCustomMetadata().get(SCHEMA);
        if (json == null) {
            throw new UnusableModelException("its metadata has no " + SCHEMA);
        }
        return Schema.parse(json);
    }

    private static @Nullable Reference reference(OrtSession session) throws OrtException {
        String json = session.getMetadata().getCustomMetadata().get(Reference.METADATA);
        return json == null ? null : Reference.parse(json);
    }

    private static UnusableModelException unusable(Exception e) {
        return e instanceof UnusableModelException unusable
                ? unusable
                : new UnusableModelException(String.valueOf(e.getMessage()), e);
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("a session could not be closed", e);
        }
    }
}

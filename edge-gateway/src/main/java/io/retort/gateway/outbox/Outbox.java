package io.retort.gateway.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.CloudEvent;
import io.retort.gateway.outbox.stored.Waiting;
import io.retort.gateway.storage.DurableFile;
import io.retort.tracing.TraceHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaOperations;

/// Records for the broker that wait in a journal until it has them, and go there in the order in
/// which they came. Each goes once, except those that were on their way when the gateway was
/// killed: these go again, with the same CloudEvents id.
public final class Outbox implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Outbox.class);

    /// Records on their way at the same time.
    private static final int BATCH = 500;

    private static final long BATCH_BYTES = 1 << 20;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_BATCH = Duration.ofSeconds(2);

    private final String name;
    private final OutboxSettings settings;
    private final Journal journal;
    private final KafkaOperations<byte[], byte[]> kafka;
    private final KafkaAdmin admin;
    private final NewTopic topic;
    private final TraceHeaders traces;
    private final Counter sent;
    private final Counter refused;

    private volatile @Nullable Thread sender;
    private boolean away;

    /// @param topic that the records go to, made where it is not there
    /// @param kafka gives no record up by itself: what is sent later must not overtake it
    public Outbox(
            String name,
            NewTopic topic,
            OutboxSettings settings,
            KafkaOperations<byte[], byte[]> kafka,
            KafkaAdmin admin,
            TraceHeaders traces,
            MeterRegistry meters)
            throws IOException {
        this.name = name;
        this.traces = traces;
        this.topic = topic;
        this.admin = admin;
        this.settings = settings;
        this.journal = new Journal(settings.folder().resolve(name), settings.bounds());
        this.kafka = kafka;
        this.sent =
                Counter.builder("retort.outbox.sent")
                        .description("Records that the broker has taken")
                        .tag("outbox", name)
                        .register(meters);
        this.refused =
                Counter.builder("retort.outbox.refused")
                        .description("Records that the broker will never take")
                        .tag("outbox", name)
                        .register(meters);
        Gauge.builder("retort.outbox.depth", journal, Journal::depth)
                .description("Records that wait for the broker")
                .tag("outbox", name)
                .register(meters);
        Gauge.builder("retort.outbox.bytes", journal, Journal::bytes)
                .description("Bytes of records that wait for the broker")
                .baseUnit("bytes")
                .tag("outbox", name)
                .register(meters);
        FunctionCounter.builder("retort.outbox.forces", journal, Journal::forces)
                .description("Waits for the disk to keep what was put")
                .tag("outbox", name)
                .register(meters);
        FunctionCounter.builder("retort.outbox.dropped", journal, Journal::dropped)
                .description("Records that were dropped to make room, or are damaged")
                .tag("outbox", name)
                .register(meters);
    }

    /// Takes a record over: from now on it reaches the broker, whatever happens to the gateway.
    ///
    /// @param event becomes the record's headers, beside the trace that the calling thread is in;
    ///   its subject is the capture that the record is about
    /// @throws OutboxFullException where no more may wait
    /// @throws UncheckedIOException where the disk does not take it
    public void put(CloudEvent event, String key, byte[] value) {
        if (!settings.enabled()) {
            return;
        }
        Waiting.Builder waiting =
                Waiting.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFrom(value))
                        .setCaptureId(event.subject());
        event.headers()
                .forEach((name, text) -> waiting.putHeaders(name, ByteString.copyFromUtf8(text)));
        traces.current()
                .forEach((name, text) -> waiting.putHeaders(name, ByteString.copyFromUtf8(text)));
        try {
            journal.append(waiting.build().toByteArray());
            if (settings.forced()) {
                journal.force();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the outbox cannot keep a record: " + e.getMessage(), e);
        }
    }

    /// Returns once all that was put is on disk, and no power cut can take it back.
    ///
    /// @throws UncheckedIOException where the disk fails
    public void force() {
        try {
            journal.force();
        } catch (IOException e) {
            throw new UncheckedIOException("the outbox cannot be forced: " + e.getMessage(), e);
        }
    }

    public boolean enabled() {
        return settings.enabled();
    }

    /// Captures that the records are about that are still there, sent or not; the latest last.
    public Set<String> captureIds() {
        Set<String> ids = new LinkedHashSet<>();
        try {
            journal.forEach((sequence, bytes) -> ids.add(parse(sequence, bytes).getCaptureId()));
        } catch (IOException e) {
            throw new UncheckedIOException("the outbox cannot be read: " + e.getMessage(), e);
        }
        return ids;
    }

    /// Records that wait.
    public long depth() {
        return journal.depth();
    }

    @Override
    public void start() {
        if (!settings.enabled()) {
            return;
        }
        Thread thread =
                Thread.ofPlatform().daemon().name("outbox-" + name).unstarted(this::sendAll);
        sender = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread running = sender;
        sender = null;
        try {
            if (running != null) {
                if (!running.join(LAST_BATCH)) {
                    running.interrupt();
                    running.join(LAST_BATCH);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            journal.close();
        } catch (IOException e) {
            log.warn("The outbox {} cannot be closed: {}", name, e.getMessage());
        }
    }

    @Override
    public boolean isRunning() {
        return sender != null;
    }

    /// Before the doors open; after them when the gateway stops.
    @Override
    public int getPhase() {
        return 0;
    }

    private void sendAll() {
        try {
            makeTopic();
            while (Thread.currentThread().equals(sender)) {
                List<Journal.Stored> batch = journal.waiting(BATCH, BATCH_BYTES);
                if (batch.isEmpty()) {
                    return;
                }
                send(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.error("The outbox {} sends nothing any more", name, e);
        }
    }

    /// At once, since who listens to a topic that is not there hears of it much later.
    private void makeTopic() throws InterruptedException {
        while (Thread.currentThread().equals(sender)) {
            try {
                admin.createOrModifyTopics(topic);
                return;
            } catch (RuntimeException e) {
                failed(e);
                Thread.sleep(RETRY);
            }
        }
    }

    /// Sends a batch, and takes note of what of it the broker has, from its beginning.
    private void send(List<Journal.Stored> batch) throws IOException, InterruptedException {
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (Journal.Stored stored : batch) {
            CompletableFuture<?> answer = onItsWay(stored);
            answers.add(answer);
            if (answer.isCompletedExceptionally()) {
                // What comes after it must not overtake it.
                break;
            }
        }
        int taken = 0;
        for (CompletableFuture<?> answer : answers) {
            try {
                answer.get();
                sent.increment();
            } catch (ExecutionException e) {
                if (!hopeless(e)) {
                    journal.sent(batch.getFirst().sequence() + taken);
                    failed(e);
                    Thread.sleep(RETRY);
                    return;
                }
                putAside(batch.get(taken), e);
            }
            taken++;
        }
        journal.sent(batch.get(taken - 1).sequence() + 1);
        if (away) {
            away = false;
            log.info("The broker takes the outbox {} again", name);
        }
    }

    private CompletableFuture<?> onItsWay(Journal.Stored stored) {
        try {
            Waiting waiting = parse(stored.sequence(), stored.bytes());
            RecordHeaders headers = new RecordHeaders();
            for (Map.Entry<String, ByteString> header : waiting.getHeadersMap().entrySet()) {
                headers.add(header.getKey(), header.getValue().toByteArray());
            }
            return kafka.send(
                    new ProducerRecord<>(
                            topic.name(),
                            null,
                            waiting.getKey().toByteArray(),
                            waiting.getValue().toByteArray(),
                            headers));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /// Keeps what the broker will never take beside the journal, so that the rest goes on.
    private void putAside(Journal.Stored stored, ExecutionException cause) throws IOException {
        DurableFile file =
                new DurableFile(
                        settings.folder()
                                .resolve(name)
                                .resolve("refused")
                                .resolve(stored.sequence() + ".record"));
        file.write(stored.bytes());
        refused.increment();
        log.error("The broker refuses {} for good: {}", file.path(), cause.getMessage());
    }

    private static boolean hopeless(@Nullable Throwable failure) {
        return failure != null
                && (failure instanceof RecordTooLargeException || hopeless(failure.getCause()));
    }

    private void failed(Exception cause) {
        if (!away) {
            away = true;
            log.warn(
                    "The broker does not take the outbox {}, {} records wait: {}",
                    name,
                    journal.depth(),
                    cause.getMessage());
        }
    }

    private Waiting parse(long sequence, byte[] bytes) {
        try {
            return Waiting.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "record %d of the outbox %s is none of this gateway's"
                            .formatted(sequence, name),
                    e);
        }
    }
}

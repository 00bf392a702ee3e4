package io.retort.gateway.assessment;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaOperations;
import org.springframework.kafka.listener.ConsumerRecordRecoverer;

/// Where captures end that cannot be decided, untouched and with the cause in headers. Returns once
/// the broker has the dead letter, and fails where it has not, so that the capture stays where it
/// is; the binder's own dead letters are logged and lost then.
final class DeadLetters implements ConsumerRecordRecoverer {

    private final KafkaOperations<byte[], byte[]> kafka;
    private final KafkaAdmin admin;

    /// The cause comes on top of the largest capture.
    private final NewTopic topic =
            new NewTopic(Topics.deadLetters(Topics.CAPTURES), Optional.empty(), Optional.empty())
                    .configs(Map.of("max.message.bytes", "26214400"));

    private volatile boolean created;

    DeadLetters(KafkaOperations<byte[], byte[]> kafka, KafkaAdmin admin) {
        this.kafka = kafka;
        this.admin = admin;
    }

    @Override
    public void accept(ConsumerRecord<?, ?> record, Exception exception) {
        if (!created) {
            admin.createOrModifyTopics(topic);
            created = true;
        }
        RecordHeaders headers = new RecordHeaders(record.headers());
        headers.add("x-original-topic", utf8(record.topic()));
        headers.add(
                "x-original-partition", ByteBuffer.allocate(4).putInt(record.partition()).array());
        headers.add("x-original-offset", ByteBuffer.allocate(8).putLong(record.offset()).array());
        Throwable cause = cause(exception);
        headers.add("x-exception-fqcn", utf8(cause.getClass().getName()));
        headers.add("x-exception-message", utf8(String.valueOf(cause.getMessage())));
        StringWriter stack = new StringWriter();
        cause.printStackTrace(new PrintWriter(stack));
        headers.add("x-exception-stacktrace", utf8(stack.toString()));
        send(
                new ProducerRecord<>(
                        topic.name(), null, bytes(record.key()), bytes(record.value()), headers));
    }

    private void send(ProducerRecord<byte[], byte[]> deadLetter) {
        try {
            // Bounded by the producer's delivery timeout.
            kafka.send(deadLetter).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the broker does not take a dead letter: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending a dead letter", e);
        }
    }

    /// What went wrong itself, without the layers that it came through.
    private static Throwable cause(Throwable exception) {
        Throwable cause = exception;
        while (cause.getCause() != null && !(cause instanceof InvalidRecordException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    /// Keys and values are read as bytes.
    private static byte @Nullable [] bytes(@Nullable Object keyOrValue) {
        return (byte[]) keyOrValue;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

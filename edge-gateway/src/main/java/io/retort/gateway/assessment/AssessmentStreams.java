package io.retort.gateway.assessment;

import io.retort.contract.InvalidRecordException;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.CommonErrorHandler;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.support.ExponentialBackOffWithMaxRetries;
import org.springframework.messaging.Message;

@Configuration(proxyBeanMethods = false)
class AssessmentStreams {

    private static final int RETRIES = 3;

    /// The payload is bytes, or nothing where the record has no value.
    @Bean
    Consumer<Message<?>> decide(CaptureDecisions decisions) {
        return message -> decisions.accept(message.getPayload());
    }

    /// A capture that breaks the contract becomes a dead letter at once; any other failure is tried
    /// again a few times first.
    @Bean
    CommonErrorHandler captureErrors(KafkaTemplate<byte[], byte[]> kafka, KafkaAdmin admin) {
        ExponentialBackOffWithMaxRetries backOff = new ExponentialBackOffWithMaxRetries(RETRIES);
        backOff.setInitialInterval(200);
        backOff.setMultiplier(3);
        DefaultErrorHandler handler =
                new DefaultErrorHandler(new DeadLetters(kafka, admin), backOff);
        handler.addNotRetryableExceptions(InvalidRecordException.class);
        return handler;
    }
}

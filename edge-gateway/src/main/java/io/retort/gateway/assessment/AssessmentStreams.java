package io.retort.gateway.assessment;

import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

@Configuration(proxyBeanMethods = false)
class AssessmentStreams {

    @Bean
    Consumer<Message<byte[]>> decide(CaptureDecisions decisions) {
        return message -> decisions.accept(message.getPayload());
    }
}

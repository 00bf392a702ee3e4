package io.retort.gateway.rollout;

import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

@Configuration(proxyBeanMethods = false)
class RolloutStreams {

    @Bean
    Consumer<Message<byte[]>> follow(ReleaseEvents events) {
        return message -> events.accept(message.getPayload());
    }
}

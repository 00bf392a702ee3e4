package io.retort.teacher.samples;

import io.micrometer.core.instrument.MeterRegistry;
import io.retort.learning.samples.SampleStore;
import java.util.function.Consumer;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

@Configuration(proxyBeanMethods = false)
class SamplesBindings {

    @Bean
    SampleStore sampleStore(SamplesSettings settings) {
        return new SampleStore(settings.folder());
    }

    @Bean
    Intake intake(SampleStore store, ApplicationEventPublisher events, MeterRegistry meters) {
        return new Intake(store, events, meters);
    }

    @Bean
    Consumer<Message<byte[]>> captures(Intake intake) {
        return intake::capture;
    }

    @Bean
    Consumer<Message<byte[]>> annotations(Intake intake) {
        return intake::annotation;
    }
}

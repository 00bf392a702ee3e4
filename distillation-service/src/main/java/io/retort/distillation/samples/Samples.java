package io.retort.distillation.samples;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.retort.learning.samples.SampleStore;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/// Binds the topics to the store. The names of the functions are those of the bindings.
@Configuration(proxyBeanMethods = false)
class Samples {

    @Bean
    SampleStore sampleStore(SamplesSettings settings) {
        return new SampleStore(settings.folder());
    }

    @Bean
    Consumer<Message<byte[]>> keepCaptures(Intake intake) {
        return message -> intake.capture(message.getPayload());
    }

    @Bean
    Consumer<Message<byte[]>> keepSoftTargets(Intake intake) {
        return message -> intake.softTarget(message.getPayload());
    }

    @Bean
    Consumer<Message<byte[]>> keepAnnotations(Intake intake) {
        return message -> intake.annotation(message.getPayload());
    }

    @Bean
    MeterBinder sampleGauges(SampleStore store) {
        Map<String, ToDoubleFunction<SampleStore>> kinds =
                Map.of(
                        "captures", s -> s.counts().captures(),
                        "annotations", s -> s.counts().annotations(),
                        "soft-targets", s -> s.counts().softTargets(),
                        "annotated", s -> s.counts().annotated(),
                        "complete", s -> s.counts().complete());
        return meters ->
                kinds.forEach((kind, count) ->
                        Gauge.builder("retort.samples", store, count)
                                .tag("kind", kind)
                                .description(
                                        "Records kept, captures with a label (annotated) and"
                                                + " captures with a soft target (complete)")
                                .register(meters));
    }
}

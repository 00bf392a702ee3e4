package io.retort.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Tracer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class TracingSwitchTests {

    private static final String COLLECTOR =
            "--" + TracingSwitch.COLLECTOR + "=http://127.0.0.1:1/v1/traces";

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Bare {}

    @Test
    void withoutACollectorNothingOfTracingIsMade() {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.getBeansOfType(Tracer.class)).isEmpty();
            assertThat(beansOf(context)).noneMatch(name -> name.contains("opentelemetry"));
            assertThat(context.getBean(TraceHeaders.class).current()).isEmpty();
        }
    }

    @Test
    void withACollectorTheCurrentTraceIsTold() {
        try (ConfigurableApplicationContext context =
                start(COLLECTOR, "--management.tracing.sampling.probability=1")) {
            Tracer tracer = context.getBean(Tracer.class);
            TraceHeaders headers = context.getBean(TraceHeaders.class);
            assertThat(headers.current()).isEmpty();

            var span = tracer.nextSpan().name("look").start();
            try (var _ = tracer.withSpan(span)) {
                assertThat(headers.current().get("traceparent"))
                        .startsWith(
                                "00-%s-%s-0"
                                        .formatted(
                                                span.context().traceId(), span.context().spanId()));
            } finally {
                span.abandon();
            }
            assertThat(
                            context.getEnvironment()
                                    .getProperty(
                                            "spring.cloud.stream.kafka.binder.enable-observation"))
                    .isEqualTo("true");
        }
    }

    private static List<String> beansOf(ConfigurableApplicationContext context) {
        return Arrays.stream(context.getBeanDefinitionNames())
                .map(name ->
                        String.valueOf(context.getType(name)).toLowerCase(java.util.Locale.ROOT))
                .toList();
    }

    private static ConfigurableApplicationContext start(String... arguments) {
        return new SpringApplicationBuilder(Bare.class).web(WebApplicationType.NONE).run(arguments);
    }
}

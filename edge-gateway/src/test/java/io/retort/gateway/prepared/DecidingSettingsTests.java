package io.retort.gateway.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.gateway.EdgeGateway;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

@TestInstance(Lifecycle.PER_CLASS)
class DecidingSettingsTests {

    private static final Pattern PROPERTY_CONDITION =
            Pattern.compile("@ConditionalOn(?:Boolean)?Property \\(([^)]+)\\)");

    private NavigableSet<String> usual = new TreeSet<>();

    @BeforeAll
    void findUsualBeans() {
        try (GenericApplicationContext gateway = settled()) {
            usual = names(gateway);
        }
    }

    /// As documents, images, Compose and Kubernetes set them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--server.port=0 --management.server.port=0",
                "--management.server.port=19080 --server.address=127.0.0.1",
                "--retort.access.mode=open",
                "--retort.access.mode=jwt --retort.access.jwt.issuer=https://id.plant.example",
                "--retort.access.mode=mtls --server.ssl.bundle=plant --server.ssl.client-auth=need"
                        + " --spring.ssl.bundle.pem.plant.keystore.certificate=plant.pem"
                        + " --spring.ssl.bundle.pem.plant.keystore.private-key=plant.key",
                "--retort.access.tokens=/etc/retort/tokens --retort.access.credential=/etc/retort/c",
                "--retort.access.trust-bundle=plant",
                "--retort.oip.grpc-port=9000",
                "--retort.outbox.enabled=false",
                "--retort.outbox.force=false --retort.returns.enabled=true",
                "--retort.data=/data --retort.rollout.registry=https://registry --retort.rollout.poll=1s",
                "--retort.inference.provider=xnnpack --retort.power.mode=low",
                "--spring.cloud.stream.kafka.binder.brokers=kafka:9092",
                "--spring.cloud.stream.binding-retry-interval=3600",
                "--spring.cloud.stream.kafka.binder.consumer-properties.group.instance.id=a",
                "--spring.kafka.properties.security.protocol=SASL_SSL"
                        + " --spring.kafka.security.protocol=SASL_SSL --spring.kafka.ssl.bundle=plant",
                "--logging.structured.format.console=ecs --logging.level.root=debug",
                "--spring.main.banner-mode=off --spring.main.cloud-platform=kubernetes",
                "--spring.config.import=optional:configtree:/run/secrets/properties/",
                "--spring.lifecycle.timeout-per-shutdown-phase=5s --server.shutdown=immediate",
                "--management.metrics.enable.jvm=false --management.metrics.tags.site=north",
                "--spring.application.name=other --server.tomcat.threads.max=10"
            })
    void settingsThatDecideNoBeanTakeThePreparedContext(String settings) {
        try (GenericApplicationContext gateway = settled(settings.split(" "))) {
            assertThat(against(gateway)).isEmpty();
            assertThat(names(gateway)).isEqualTo(usual);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--management.opentelemetry.tracing.export.otlp.endpoint=http://collector:4318/v1",
                "--management.server.port=-1",
                "--management.server.port=8080",
                "--spring.threads.virtual.enabled=false",
                "--management.endpoints.web.exposure.include=*",
                "--management.endpoint.health.access=none",
                "--management.prometheus.metrics.export.enabled=false",
                "--springdoc.api-docs.enabled=false",
                "--springdoc.group-configs[0].group=all",
                "--spring.jmx.enabled=true",
                "--spring.servlet.multipart.enabled=true",
                "--spring.autoconfigure.exclude="
                        + "org.springframework.boot.validation.autoconfigure"
                        + ".ValidationAutoConfiguration",
                "--spring.cloud.stream.binders.plant.type=kafka",
                "--spring.main.web-application-type=none",
                "--spring.profiles.active=line-3",
                "--spring.aot.enabled=false"
            })
    void settingsThatMayDecideABeanTakeTheOrdinaryWay(String settings) {
        AtomicReference<Optional<String>> against = new AtomicReference<>(Optional.empty());
        abandoned(context -> against.set(against(context)), settings.split(" "));
        assertThat(against.get()).isPresent();
    }

    /// A condition that somebody adds, here or in a library, is found by the build by itself.
    @Test
    void everyPropertyOfAConditionIsAmongThem() throws Exception {
        Set<String> known = DecidingSettings.ofTheBuild().values().keySet();
        NavigableSet<String> missing = new TreeSet<>();
        try (GenericApplicationContext gateway = settled()) {
            ConditionEvaluationReport.get(gateway.getBeanFactory())
                    .getConditionAndOutcomesBySource()
                    .forEach((source, outcomes) ->
                            outcomes.forEach(outcome ->
                                    PROPERTY_CONDITION
                                            .matcher(outcome.getOutcome().getMessage())
                                            .results()
                                            .flatMap(found -> properties(found.group(1)))
                                            .filter(name -> !known.contains(name))
                                            .forEach(missing::add)));
        }
        assertThat(known).contains("management.endpoint.health.access");
        assertThat(missing).isEmpty();
    }

    @Test
    void whatTheBuildLeavesIsReadAgain() throws Exception {
        DecidingSettings settings = DecidingSettings.ofTheBuild();
        assertThat(settings.values())
                .containsEntry("spring.threads.virtual.enabled", "true")
                .containsEntry("management.server.port", "DIFFERENT")
                .containsEntry("management.opentelemetry.tracing.export.otlp.endpoint", null)
                .doesNotContainKeys("server.port", "retort.access.mode", "retort.oip.grpc-port");
    }

    /// `a.b=true`, or `a.[b,c]=true`.
    private static Stream<String> properties(String condition) {
        String names = condition.replaceAll("=.*", "");
        int list = names.lastIndexOf(".[");
        if (list < 0) {
            return Stream.of(names);
        }
        String prefix = names.substring(0, list + 1);
        return Arrays.stream(names.substring(list + 2, names.length() - 1).split(",", -1))
                .map(name -> prefix + name.strip());
    }

    private static Optional<String> against(ConfigurableApplicationContext gateway) {
        return Choice.against(gateway.getEnvironment(), EdgeGateway.class);
    }

    /// A gateway whose beans are settled, none of which has been made.
    private static GenericApplicationContext settled(String... settings) {
        GenericApplicationContext context =
                (GenericApplicationContext) abandoned(_ -> {}, settings);
        context.refreshForAotProcessing(new RuntimeHints());
        return context;
    }

    private static ConfigurableApplicationContext abandoned(
            Consumer<ConfigurableApplicationContext> seen, String... settings) {
        AtomicReference<@Nullable ConfigurableApplicationContext> loaded = new AtomicReference<>();
        try {
            SpringApplication.withHook(
                    _ ->
                            new SpringApplicationRunListener() {
                                @Override
                                public void contextLoaded(ConfigurableApplicationContext context) {
                                    loaded.set(context);
                                    throw new SpringApplication.AbandonedRunException(context);
                                }
                            },
                    () -> {
                        EdgeGateway.application().run(settings);
                    });
        } catch (SpringApplication.AbandonedRunException _) {
            // As meant.
        }
        ConfigurableApplicationContext context = Objects.requireNonNull(loaded.get());
        seen.accept(context);
        return context;
    }

    private static NavigableSet<String> names(GenericApplicationContext gateway) {
        return new TreeSet<>(List.of(gateway.getBeanDefinitionNames()));
    }
}

package io.retort.fleet.running;

import io.retort.access.Credential;
import io.retort.access.Tokens;
import io.retort.fleet.broker.EmbeddedBroker;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/// A broker and the four services in this JVM, on loopback alone. Closing stops them, the gateway
/// first and the broker last.
public final class RunningFleet implements AutoCloseable {

    private static final String FLEET = "fleet";

    private static final String SECOND_GATEWAY = Service.EDGE_GATEWAY.module() + "-2";

    private final FleetSettings settings;

    /// In the order in which they started.
    private final Map<String, Instance> instances = new LinkedHashMap<>();

    private final EmbeddedBroker broker;

    /// Of this fleet, for as long as it runs: services show it to each other, and so may whoever
    /// started them.
    private final String token = Tokens.fresh();

    private final Tokens tokens;

    private record Instance(Service service, ConfigurableApplicationContext context, int port) {
        URI url() {
            return URI.create("http://127.0.0.1:" + port);
        }

        URI management() {
            return URI.create(
                    "http://127.0.0.1:"
                            + context.getEnvironment()
                                    .getRequiredProperty("local.management.port"));
        }
    }

    private RunningFleet(EmbeddedBroker broker, FleetSettings settings) {
        this.broker = broker;
        this.settings = settings;
        Path callers = settings.callers();
        this.tokens = callers == null ? Tokens.of(FLEET, token) : Tokens.of(FLEET, token, callers);
    }

    /// @param said told a line about everything that has started
    public static RunningFleet start(FleetSettings settings, Consumer<String> said) {
        EmbeddedBroker broker =
                EmbeddedBroker.start(
                        settings.folder().resolve("broker"), settings.freePorts() ? 0 : 9092);
        said.accept("broker                at " + broker.address());
        RunningFleet fleet = new RunningFleet(broker, settings);
        try {
            for (Service service : Service.values()) {
                fleet.start(
                        service.module(),
                        service,
                        settings.freePorts() ? 0 : service.defaultPort(),
                        settings.freePorts() ? 0 : service.defaultManagementPort());
                said.accept(
                        "%-21s at %s  management at %s"
                                .formatted(
                                        service.module(),
                                        fleet.url(service),
                                        fleet.instance(service.module()).management()));
            }
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
        return fleet;
    }

    /// Another gateway beside the first, with which it shares what captures say: each capture is
    /// decided by one of them.
    ///
    /// @return its name among the [#instances()]
    public String addGateway() {
        start(SECOND_GATEWAY, Service.EDGE_GATEWAY, 0, 0);
        return SECOND_GATEWAY;
    }

    /// Names of what runs: each service's module, and the second gateway's.
    public List<String> instances() {
        return List.copyOf(instances.keySet());
    }

    public URI url(String instance) {
        return instance(instance).url();
    }

    /// Stops an instance as whoever runs it in a plant does, and starts it again on its data and at
    /// its address.
    public void restart(String name) {
        Instance old = instance(name);
        old.context().close();
        start(name, old.service(), old.port(), 0);
    }

    private Instance instance(String name) {
        return Objects.requireNonNull(instances.get(name), () -> name + " is not up");
    }

    /// @param port 0 for a free one, as the management port
    private void start(String name, Service service, int port, int managementPort) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.address=127.0.0.1");
        arguments.add("--server.port=" + port);
        arguments.add("--management.server.address=127.0.0.1");
        arguments.add("--management.server.port=" + managementPort);
        arguments.add("--retort.access.mode=token");
        arguments.add("--spring.cloud.stream.kafka.binder.brokers=" + broker.address());
        arguments.add("--retort.data=" + settings.folder().resolve(name));
        arguments.add("--spring.main.banner-mode=off");
        if (!service.foreignAutoConfigurations().isEmpty()) {
            arguments.add(
                    "--spring.autoconfigure.exclude="
                            + String.join(",", service.foreignAutoConfigurations()));
        }
        switch (service) {
            case MODEL_REGISTRY, TEACHER_SERVICE -> {}
            case DISTILLATION_SERVICE ->
                    arguments.add("--retort.publishing.registry=" + url(Service.MODEL_REGISTRY));
            case EDGE_GATEWAY -> {
                arguments.add("--retort.rollout.registry=" + url(Service.MODEL_REGISTRY));
                arguments.add("--retort.rollout.model=" + settings.model());
                arguments.add("--retort.rollout.poll=1s");
            }
        }
        ConfigurableApplicationContext context =
                service.application()
                        .registerShutdownHook(false)
                        .initializers(this::furnish)
                        .run(arguments.toArray(String[]::new));
        int listening =
                Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                        .getPort();
        instances.put(name, new Instance(service, context, listening));
    }

    private void furnish(ConfigurableApplicationContext context) {
        GenericApplicationContext beans = (GenericApplicationContext) context;
        beans.registerBean(Tokens.class, () -> tokens);
        beans.registerBean(Credential.class, () -> Credential.of(token));
    }

    public Doors doors() {
        return new Doors(
                url(Service.TEACHER_SERVICE),
                url(Service.DISTILLATION_SERVICE),
                url(Service.MODEL_REGISTRY),
                url(Service.EDGE_GATEWAY),
                broker.address(),
                token);
    }

    /// Keeps the fleet up until the process is told to stop, then closes it. Never returns.
    public void serve() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
        new CountDownLatch(1).await();
    }

    ConfigurableApplicationContext context(Service service) {
        return instance(service.module()).context();
    }

    URI url(Service service) {
        return url(service.module());
    }

    @Override
    public void close() {
        List.copyOf(instances.values()).reversed().forEach(one -> one.context().close());
        instances.clear();
        broker.close();
    }
}

package io.retort.fleet.running;

import io.retort.fleet.broker.EmbeddedBroker;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/// A broker and the four services in this JVM, on loopback alone. Closing stops them, the gateway
/// first and the broker last.
public final class RunningFleet implements AutoCloseable {

    private final Map<Service, URI> urls = new EnumMap<>(Service.class);
    private final Deque<ConfigurableApplicationContext> contexts = new ArrayDeque<>();
    private final EmbeddedBroker broker;

    private RunningFleet(EmbeddedBroker broker) {
        this.broker = broker;
    }

    /// @param said told a line about everything that has started
    public static RunningFleet start(FleetSettings settings, Consumer<String> said) {
        EmbeddedBroker broker =
                EmbeddedBroker.start(
                        settings.folder().resolve("broker"), settings.freePorts() ? 0 : 9092);
        said.accept("broker                at " + broker.address());
        RunningFleet fleet = new RunningFleet(broker);
        try {
            for (Service service : Service.values()) {
                fleet.start(service, settings);
                said.accept("%-21s at %s".formatted(service.module(), fleet.url(service)));
            }
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
        return fleet;
    }

    private void start(Service service, FleetSettings settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.address=127.0.0.1");
        arguments.add("--server.port=" + (settings.freePorts() ? 0 : service.defaultPort()));
        arguments.add("--spring.cloud.stream.kafka.binder.brokers=" + broker.address());
        arguments.add("--retort.data=" + settings.folder().resolve(service.module()));
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
                        .run(arguments.toArray(String[]::new));
        contexts.push(context);
        int port =
                Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                        .getPort();
        urls.put(service, URI.create("http://127.0.0.1:" + port));
    }

    public Doors doors() {
        return new Doors(
                url(Service.TEACHER_SERVICE),
                url(Service.DISTILLATION_SERVICE),
                url(Service.MODEL_REGISTRY),
                url(Service.EDGE_GATEWAY),
                broker.address(),
                "");
    }

    /// Keeps the fleet up until the process is told to stop, then closes it. Never returns.
    public void serve() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
        new CountDownLatch(1).await();
    }

    private URI url(Service service) {
        return Objects.requireNonNull(urls.get(service), () -> service.module() + " is not up");
    }

    @Override
    public void close() {
        while (!contexts.isEmpty()) {
            contexts.pop().close();
        }
        broker.close();
    }
}

package io.retort.gateway.outbox;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.apache.kafka.clients.consumer.Consumer;
import org.springframework.cloud.stream.binder.kafka.config.ClientFactoryCustomizer;
import org.springframework.kafka.core.ConsumerFactory;

/// Lets consumers commit what they have read once all that was put into the outbox is on disk. What
/// one poll brings shares one wait for the disk.
final class ForcedBeforeCommit implements ClientFactoryCustomizer {

    private final Runnable force;

    /// @param force returns once all is on disk; where it fails, nothing is committed
    ForcedBeforeCommit(Runnable force) {
        this.force = force;
    }

    @Override
    public void configure(ConsumerFactory<?, ?> factory) {
        factory.addPostProcessor(this::forcing);
    }

    // Every method of the interface goes to the consumer behind it.
    @SuppressWarnings("unchecked")
    <K, V> Consumer<K, V> forcing(Consumer<K, V> consumer) {
        return (Consumer<K, V>)
                Proxy.newProxyInstance(
                        Consumer.class.getClassLoader(),
                        new Class<?>[] {Consumer.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().startsWith("commit")) {
                                force.run();
                            }
                            try {
                                return method.invoke(consumer, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}

package io.retort.gateway.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/// The model in use. Requests run on a lease; a model that has been replaced is closed as soon as
/// its last lease ends, so no request is dropped and no memory stays.
@Component
public final class Models implements AutoCloseable {

    private final ApplicationEventPublisher events;
    private final Counter swaps;

    /// Models whose native memory is held.
    private final Set<Model> open = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Model current;
    private boolean closed;

    public Models(ApplicationEventPublisher events, MeterRegistry meters) {
        this.events = events;
        this.swaps =
                Counter.builder("retort.model.swaps")
                        .description("Models that were put into use")
                        .register(meters);
        Gauge.builder("retort.model.open", open, Set::size)
                .description("Models in memory: one, and those whose last requests still run")
                .register(meters);
        Gauge.builder("retort.inference.waiting", this, Models::waiting)
                .description("Requests over HTTP that wait for a free lane")
                .register(meters);
        Gauge.builder("retort.model.version", this, Models::versionNumber)
                .description("Version in use, 0 before the first")
                .register(meters);
    }

    /// Holds a model open. Ends once, on any thread.
    public final class Lease implements AutoCloseable {

        private final Model model;
        private final AtomicBoolean ended = new AtomicBoolean();

        private Lease(Model model) {
            this.model = model;
        }

        public Model model() {
            return model;
        }

        @Override
        public void close() {
            if (ended.compareAndSet(false, true)) {
                release(model);
            }
        }
    }

    /// @throws ModelUnavailableException before the first model
    public Lease lease() {
        while (true) {
            Model model = current;
            if (model == null) {
                throw new ModelUnavailableException();
            }
            // A model that is closed by now has a successor.
            if (model.retain()) {
                return new Lease(model);
            }
        }
    }

    public Optional<ModelVersion> version() {
        return Optional.ofNullable(current).map(Model::version);
    }

    /// Takes the model over and answers with it from now on.
    public void swap(Model next) {
        synchronized (this) {
            if (closed) {
                next.release();
                throw new IllegalStateException("the gateway is shutting down");
            }
            Model previous = current;
            open.add(next);
            current = next;
            if (previous != null) {
                release(previous);
            }
        }
        swaps.increment();
        events.publishEvent(new ModelSwapped(next.version(), next.reference().orElse(null)));
    }

    @Override
    public synchronized void close() {
        closed = true;
        Model last = current;
        current = null;
        if (last != null) {
            release(last);
        }
    }

    private void release(Model model) {
        if (model.release()) {
            open.remove(model);
        }
    }

    private double waiting() {
        Model model = current;
        return model == null ? 0 : model.waiting();
    }

    private double versionNumber() {
        Model model = current;
        return model == null ? 0 : model.version().version();
    }
}

package io.retort.gateway.rollout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.retort.contract.schema.Schema;
import io.retort.gateway.beside.Beside;
import io.retort.gateway.beside.Beside.Interrupt;
import io.retort.gateway.inference.InferenceSettings;
import io.retort.gateway.inference.Model;
import io.retort.gateway.inference.Model.Haste;
import io.retort.gateway.inference.ModelVersion;
import io.retort.gateway.inference.Models;
import io.retort.gateway.inference.UnusableModelException;
import io.retort.gateway.power.Power;
import io.retort.gateway.power.PowerChanged;
import io.retort.gateway.rollout.RolloutException.Reason;
import io.retort.gateway.rollout.RolloutState.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Follows the alias: asks the registry, downloads, proves, records, swaps. Whatever fails on this
/// way leaves the model in use as it is, is told by [#state()], and is tried again. All of it runs
/// on platform threads: a virtual one that waits for the disk or for a native call keeps one of the
/// few carriers from requests.
@Component
final class Rollout implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Rollout.class);
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private final RolloutSettings settings;
    private final InferenceSettings inference;
    private final RegistryClient registry;
    private final CachedModels cache;
    private final Models models;
    private final Power power;
    private final Clock clock;
    private final MeterRegistry meters;

    /// Held by one check at a time; guards what follows.
    private final ReentrantLock checking = new ReentrantLock();

    /// Of the registry's answer that the model in use came from.
    private @Nullable String etag;

    private volatile @Nullable Serving serving;
    private volatile @Nullable Instant lastCheck;
    private volatile @Nullable Problem lastProblem;

    /// One permit asks the loop to check now.
    private final Semaphore nudges = new Semaphore(0);

    private volatile @Nullable Thread loop;

    Rollout(
            RolloutSettings settings,
            InferenceSettings inference,
            RegistryClient registry,
            CachedModels cache,
            Models models,
            Power power,
            Clock clock,
            MeterRegistry meters) {
        this.settings = settings;
        this.inference = inference;
        this.registry = registry;
        this.cache = cache;
        this.models = models;
        this.power = power;
        this.clock = clock;
        this.meters = meters;
        for (Reason reason : Reason.values()) {
            failures(reason);
        }
    }

    private record Serving(CachedModels.Current current, Choice choice, Schema schema) {}

    /// Starts from the last good model at once, then asks the registry in the background.
    @Override
    public void start() {
        restore();
        Thread thread = Thread.ofPlatform().name("rollout").daemon().unstarted(this::followAlias);
        loop = thread;
        thread.start();
    }

    @Override
    public void stop() {
        Thread running = loop;
        loop = null;
        if (running != null) {
            // Ends a download as well.
            running.interrupt();
            try {
                running.join(STOP_WAIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return loop != null;
    }

    /// Before the bindings and the web server, so that these find the last good model.
    @Override
    public int getPhase() {
        return 0;
    }

    @EventListener
    void powerChanged(PowerChanged change) {
        nudge();
    }

    /// Asks the registry soon, without waiting for it.
    void nudge() {
        nudges.release();
    }

    /// Asks the registry now and does what follows from its answer. Ends early where the caller is
    /// interrupted.
    RolloutState refresh() {
        return Beside.run(
                Thread.ofPlatform().name("rollout-asked").daemon(),
                Interrupt.REACHES_THE_WORK,
                this::check);
    }

    private RolloutState check() {
        checking.lock();
        try {
            @Nullable RolloutException powerless = obeyPower();
            lastCheck = clock.instant();
            follow(registry.alias(etag));
            if (powerless != null && wanting()) {
                throw powerless;
            }
            solved();
        } catch (RolloutException e) {
            failed(e);
        } catch (RuntimeException e) {
            failed(new RolloutException(Reason.UNEXPECTED, e.toString(), e));
        } finally {
            checking.unlock();
        }
        return state();
    }

    RolloutState state() {
        Serving now = serving;
        if (now == null) {
            return new RolloutState(
                    settings.model(),
                    settings.alias(),
                    settings.variant(),
                    false,
                    null,
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    List.of(),
                    lastCheck,
                    lastProblem);
        }
        ModelVersion version = now.choice().version();
        return new RolloutState(
                version.model(),
                settings.alias(),
                version.variant(),
                true,
                version.version(),
                version.digest(),
                now.choice().bytes(),
                now.current().since(),
                now.schema().name(),
                List.copyOf(now.schema().modalities().keySet()),
                List.copyOf(now.schema().heads().keySet()),
                lastCheck,
                lastProblem);
    }

    private void followAlias() {
        try {
            while (Thread.currentThread().equals(loop)) {
                check();
                Duration wait = settings.waitAfter(backOff(lastProblem));
                if (nudges.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                    nudges.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Failures that slow the questions down. That nothing is released yet is an answer like any.
    private static int backOff(@Nullable Problem problem) {
        return problem == null || problem.solved() || problem.reason() == Reason.NOT_RELEASED
                ? 0
                : problem.attempts();
    }

    private void restore() {
        checking.lock();
        try {
            CachedModels.Current current = cache.current().orElse(null);
            if (current != null
                    && current.choice(power.mode()).version().model().equals(settings.model())) {
                Choice choice = kept(current);
                use(load(bytes(choice), choice.version()), current, choice);
                log.info("Serving {} from the last run", choice.version());
            }
        } catch (RolloutException e) {
            failed(e);
        } catch (RuntimeException e) {
            failed(new RolloutException(Reason.UNEXPECTED, e.toString(), e));
        } finally {
            checking.unlock();
        }
    }

    /// The file for the power that there is or, where it has not been fetched yet, any other one of
    /// the same release.
    private Choice kept(CachedModels.Current current) {
        Choice wanted = current.choice(power.mode());
        return cache.has(wanted.version().digest())
                ? wanted
                : current.choices().values().stream()
                        .filter(choice -> cache.has(choice.version().digest()))
                        .findFirst()
                        .orElse(wanted);
    }

    /// Runs the file that the power asks for, without the registry. What keeps it from that must
    /// not keep a next release from coming, and is returned.
    private @Nullable RolloutException obeyPower() {
        Serving now = serving;
        if (now == null || !wanting()) {
            return null;
        }
        Choice wanted = kept(now.current());
        try {
            use(load(bytes(wanted), wanted.version()), now.current(), wanted);
            log.info("Serving {} in power mode {}", wanted.version(), power.mode().tag());
            return null;
        } catch (RolloutException e) {
            return e;
        }
    }

    /// Whether the power asks for another file than serves.
    private boolean wanting() {
        Serving now = serving;
        return now != null && !kept(now.current()).equals(now.choice());
    }

    private void follow(AliasAnswer answer) {
        switch (answer) {
            case AliasAnswer.Unchanged _ -> {}
            case AliasAnswer.Release release -> {
                Serving now = serving;
                if (now == null || !now.current().choices().equals(release.choices())) {
                    install(release);
                }
                for (Choice other : Set.copyOf(release.choices().values())) {
                    if (!other.equals(served())) {
                        fetched(other);
                    }
                }
                etag = release.etag();
            }
        }
    }

    private void install(AliasAnswer.Release release) {
        CachedModels.Current current = new CachedModels.Current(release.choices(), clock.instant());
        Choice choice = current.choice(power.mode());
        ModelVersion version = choice.version();
        Model model;
        try {
            model = load(fetched(choice), version);
        } catch (RolloutException e) {
            if (e.reason() == Reason.MODEL_UNUSABLE) {
                // Kept, so that trying again needs no download; those tried before it go.
                Set<String> needed = new HashSet<>(Set.of(version.digest()));
                Serving now = serving;
                if (now != null) {
                    needed.addAll(now.current().digests());
                }
                cache.prune(needed);
            }
            throw e;
        }
        try {
            cache.record(current);
        } catch (RolloutException e) {
            model.release();
            throw e;
        }
        use(model, current, choice);
        log.info("Serving {}", version);
        cache.prune(current.digests());
    }

    private @Nullable Choice served() {
        Serving now = serving;
        return now == null ? null : now.choice();
    }

    /// The file from the cache or else, which it then is in, from the registry.
    private byte[] fetched(Choice choice) {
        String digest = choice.version().digest();
        try {
            Optional<byte[]> kept = cache.read(digest);
            if (kept.isPresent()) {
                return kept.get();
            }
        } catch (RolloutException e) {
            if (e.reason() != Reason.CACHE_DAMAGED) {
                throw e;
            }
            cache.delete(digest);
        }
        cache.keep(sink -> registry.artifact(digest, sink), digest, choice.bytes());
        return bytes(choice);
    }

    private byte[] bytes(Choice choice) {
        String digest = choice.version().digest();
        return cache.read(digest)
                .orElseThrow(() ->
                        new RolloutException(
                                Reason.CACHE_DAMAGED,
                                "current.json names " + digest + ", which is not there"));
    }

    private Model load(byte[] onnx, ModelVersion version) {
        try {
            return Model.load(
                    onnx,
                    version,
                    inference,
                    serving == null ? Haste.AT_ONCE : Haste.REQUESTS_FIRST);
        } catch (UnusableModelException e) {
            throw new RolloutException(
                    Reason.MODEL_UNUSABLE,
                    "version %d of %s (%s) cannot serve: %s"
                            .formatted(
                                    version.version(),
                                    version.model(),
                                    version.digest(),
                                    e.getMessage()),
                    e);
        }
    }

    private void use(Model model, CachedModels.Current current, Choice choice) {
        serving = new Serving(current, choice, model.schema());
        models.swap(model);
    }

    private void solved() {
        Problem problem = lastProblem;
        if (problem != null && !problem.solved()) {
            lastProblem = problem.asSolved();
            log.info("Solved after {} attempts: {}", problem.attempts(), problem.detail());
        }
    }

    private void failed(RolloutException e) {
        Problem before = lastProblem;
        boolean again = before != null && !before.solved();
        int attempts = again && before != null ? before.attempts() + 1 : 1;
        lastProblem = new Problem(e.reason(), detail(e), clock.instant(), attempts, false);
        failures(e.reason()).increment();
        if (before == null || before.solved() || before.reason() != e.reason()) {
            // Once; the state and the metric go on telling.
            log.warn("{}: {}", e.reason().tag(), detail(e));
        }
    }

    private static String detail(RolloutException e) {
        return String.valueOf(e.getMessage());
    }

    private Counter failures(Reason reason) {
        return Counter.builder("retort.rollout.failures")
                .description("Checks that failed, by reason")
                .tag("reason", reason.tag())
                .register(meters);
    }
}

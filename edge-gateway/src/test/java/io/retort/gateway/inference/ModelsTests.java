package io.retort.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.retort.gateway.fixtures.Captures;
import io.retort.gateway.fixtures.Onnx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModelsTests {

    private final List<Object> events = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Models models = new Models(events::add, meters);

    @AfterEach
    void close() {
        models.close();
        assertThat(open()).isZero();
    }

    @Test
    void thereIsNoLeaseBeforeTheFirstModel() {
        assertThatExceptionOfType(ModelUnavailableException.class).isThrownBy(models::lease);
        assertThat(models.version()).isEmpty();
    }

    @Test
    void aReplacedModelStaysOpenUntilItsLastLeaseEnds() {
        models.swap(model(1));
        Models.Lease first = models.lease();
        Models.Lease second = models.lease();
        models.swap(model(2));
        assertThat(models.version()).map(ModelVersion::version).contains(2);
        assertThat(open()).isEqualTo(2);
        first.close();
        first.close();
        assertThat(open()).isEqualTo(2);
        assertThat(second.model().run(second.model().input(Captures.photo("a", 0)).tensors()))
                .containsKey("material");
        second.close();
        assertThat(open()).isEqualTo(1);
    }

    @Test
    void aSwapIsToldAndCounted() {
        models.swap(model(1));
        models.swap(model(2));
        assertThat(events)
                .containsExactly(
                        new ModelSwapped(version(1), null), new ModelSwapped(version(2), null));
        assertThat(meters.get("retort.model.swaps").counter().count()).isEqualTo(2);
        assertThat(meters.get("retort.model.version").gauge().value()).isEqualTo(2);
    }

    @Test
    void afterClosingNoModelIsTakenOver() {
        models.close();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> models.swap(model(1)));
        assertThatExceptionOfType(ModelUnavailableException.class).isThrownBy(models::lease);
    }

    @Test
    void swappingUnderLoadFailsNoRequestAndLeavesOneModelOpen()
            throws InterruptedException, ExecutionException {
        models.swap(model(1));
        CountDownLatch swapped = new CountDownLatch(1);
        List<Future<Integer>> workers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                workers.add(
                        threads.submit(() -> {
                            int runs = 0;
                            do {
                                try (Models.Lease lease = models.lease()) {
                                    lease.model().run(Map.of("rgb", new float[192]));
                                    runs++;
                                }
                            } while (swapped.getCount() > 0);
                            return runs;
                        }));
            }
            for (int version = 2; version <= 20; version++) {
                models.swap(model(version));
            }
            swapped.countDown();
        }
        for (Future<Integer> worker : workers) {
            assertThat(worker.get()).isPositive();
        }
        assertThat(open()).isEqualTo(1);
    }

    private double open() {
        return meters.get("retort.model.open").gauge().value();
    }

    private static Model model(int version) {
        return Model.load(
                Onnx.of(Onnx.CAMERA).bias(version).bytes(),
                version(version),
                new InferenceSettings(1, 2, 64, Duration.ofSeconds(2), ExecutionProvider.CPU),
                Model.Haste.AT_ONCE);
    }

    private static ModelVersion version(int version) {
        return new ModelVersion("student", version, "int8", "%064x".formatted(version));
    }
}

package io.retort.fleet.machines;

import io.retort.contract.Times;
import io.retort.contract.maintenance.Condition;
import io.retort.contract.maintenance.Factor;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.simulation.Seeds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Captures of [Schema#maintenance()]: drives that wear out, each visited five times in its life. A
/// machine is a group, so it is never on both sides of a split.
///
/// The accelerometer tells most, the thermal camera some; the camera, which a round of cheap nodes
/// has alone, little of each: so a student of it has something to learn from a teacher, and cannot
/// learn all.
///
/// Item i depends on the seed and on i alone.
public final class Machines implements Dataset {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int FOLDS = 5;

    private final Schema schema = Schema.maintenance();
    private final HallCamera camera = new HallCamera((ImageModality) schema.modality("rgb"));
    private final HeatCamera heatCamera =
            new HeatCamera((ImageModality) schema.modality("thermal"));
    private final Accelerometer accelerometer =
            new Accelerometer((SignalModality) schema.modality("vibration"));
    private final long seed;
    private final List<Entry> entries;

    public Machines(long seed, int machines) {
        if (machines < FOLDS) {
            throw new IllegalArgumentException(
                    "machines: %d is below %d, one for each fold".formatted(machines, FOLDS));
        }
        this.seed = seed;
        this.entries = IntStream.range(0, machines * Machine.VISITS).mapToObj(this::entry).toList();
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public Item item(int index) {
        Entry entry = entries.get(index);
        Visit visit =
                Visit.draw(machine(index), index % Machine.VISITS, Seeds.random(seed, 2, index));
        Capture capture =
                Capture.newBuilder()
                        .setId(entry.id())
                        .setStation("round")
                        .setGroup(entry.group())
                        .setCapturedAt(Times.timestamp(START.plusSeconds(index)))
                        .setSchema(schema.name())
                        .putModalities(
                                "rgb",
                                Payload.newBuilder()
                                        .setImage(camera.take(visit, Seeds.random(seed, 3, index)))
                                        .build())
                        .putModalities(
                                "thermal",
                                Payload.newBuilder()
                                        .setImage(
                                                heatCamera.take(
                                                        visit, Seeds.random(seed, 4, index)))
                                        .build())
                        .putModalities(
                                "vibration",
                                Payload.newBuilder()
                                        .setSignal(
                                                accelerometer.measure(
                                                        visit, Seeds.random(seed, 5, index)))
                                        .build())
                        .build();
        return new Item(capture, entry.labels(), entry.fold());
    }

    private Entry entry(int index) {
        int number = index / Machine.VISITS;
        return new Entry(
                "machine-%x-%05d-%d".formatted(seed, number, index % Machine.VISITS),
                "machine-%x-%05d".formatted(seed, number),
                number % FOLDS,
                labels(machine(index).condition(index % Machine.VISITS)));
    }

    private Machine machine(int index) {
        return Machine.draw(Seeds.random(seed, 1, index / Machine.VISITS));
    }

    private static Map<String, Label> labels(Condition condition) {
        Map<String, Label> labels = new TreeMap<>();
        for (Factor factor : Factor.values()) {
            labels.put(
                    factor.head(), Label.newBuilder().setValue(condition.reading(factor)).build());
        }
        return labels;
    }
}

package io.retort.fleet.simulation;

import io.retort.contract.Times;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.fleet.dataset.Dataset;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Captures of the article's schema: a camera, a thermal camera and a near-infrared spectrometer
/// look at items of up to 50 materials in ten states of degradation.
///
/// The camera alone cannot tell all materials apart, as in life: clear bottles, white caps and grey
/// metal come in several. The spectrum, and for metals the heat, mostly can.
///
/// Item i depends on the seed, the materials and i, and on nothing else: neither on how many
/// captures there are nor on which were made before. Six consecutive captures of a material show
/// three physical objects, so materials are balanced; an object's captures share its group and
/// fold.
public final class Simulation implements Dataset {

    /// What a packaging line sorts.
    public static final List<String> PACKAGING =
            List.of(
                    "pet",
                    "pe-hd",
                    "pp",
                    "ps",
                    "aluminium",
                    "tinplate",
                    "glass-clear",
                    "glass-green",
                    "cardboard",
                    "office-paper",
                    "beverage-carton",
                    "pine");

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Schema schema = Schema.article();
    private final long seed;
    private final int captures;
    private final double absent;
    private final List<Material> materials;
    private final Layout layout;
    private final List<Station> stations;
    private final Camera camera;
    private final ThermalCamera thermalCamera = new ThermalCamera();
    private final Spectrometer spectrometer;

    /// All of the schema's materials; three captures in a hundred lack their thermal image, and as
    /// many their spectrum.
    public Simulation(long seed, int captures) {
        this(seed, captures, ((ClassificationHead) Schema.article().head("material")).classes());
    }

    /// @param materials some of the schema's
    public Simulation(long seed, int captures, List<String> materials) {
        this(seed, captures, materials, 0.03);
    }

    /// @param materials some of the schema's
    /// @param absent share of captures without thermal image, and of those without spectrum; the
    ///   camera is always there
    public Simulation(long seed, int captures, List<String> materials, double absent) {
        if (captures < 0) {
            throw new IllegalArgumentException("captures: " + captures + " is below 0");
        }
        if (materials.isEmpty() || materials.stream().distinct().count() < materials.size()) {
            throw new IllegalArgumentException(
                    "materials: " + materials + " must be some, each named once");
        }
        if (!(absent >= 0 && absent <= 1)) {
            throw new IllegalArgumentException("absent: " + absent + " is not in [0, 1]");
        }
        Materials described = Materials.read();
        this.seed = seed;
        this.captures = captures;
        this.absent = absent;
        this.materials = materials.stream().map(described::material).toList();
        this.layout = new Layout(seed, materials.size());
        this.stations =
                IntStream.range(0, Station.COUNT)
                        .mapToObj(number -> Station.of(seed, number))
                        .toList();
        this.camera = new Camera(described);
        this.spectrometer = new Spectrometer(described);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    /// Made as they are asked for.
    @Override
    public List<Entry> entries() {
        return new Entries();
    }

    @Override
    public int size() {
        return captures;
    }

    @Override
    public Item item(int index) {
        Layout.Place place = layout.place(index(index));
        Specimen specimen = specimen(place);
        SplittableRandom random = Seeds.random(seed, 5, place.object(), place.view());
        Station station = stations.get(random.nextInt(Station.COUNT));
        View view = View.draw(station, random);
        Surface surface = new Surface(specimen);
        Capture.Builder capture =
                Capture.newBuilder()
                        .setId(id(index))
                        .setStation(station.name())
                        .setGroup(group(place))
                        .setCapturedAt(Times.timestamp(START.plusSeconds(index)))
                        .setSchema(schema.name())
                        .putModalities(
                                "rgb",
                                Payload.newBuilder()
                                        .setImage(
                                                camera.take(
                                                        specimen, surface, view, station, random))
                                        .build());
        if (random.nextDouble() >= absent) {
            capture.putModalities(
                    "thermal",
                    Payload.newBuilder()
                            .setImage(thermalCamera.take(specimen, surface, view, station, random))
                            .build());
        }
        if (random.nextDouble() >= absent) {
            capture.putModalities(
                    "spectrum",
                    Payload.newBuilder()
                            .setVector(spectrometer.measure(specimen, station, random))
                            .build());
        }
        return new Item(capture.build(), labels(specimen), place.fold());
    }

    private Entry entry(int index) {
        Layout.Place place = layout.place(index(index));
        return new Entry(id(index), group(place), place.fold(), labels(specimen(place)));
    }

    private int index(int index) {
        return Objects.checkIndex(index, captures);
    }

    private Specimen specimen(Layout.Place place) {
        return Specimen.draw(
                materials.get(place.material()), Seeds.random(seed, 4, place.object()));
    }

    private String id(int index) {
        return "simulated-%x-%07d".formatted(seed, index);
    }

    private String group(Layout.Place place) {
        return "simulated-%x-object-%07d".formatted(seed, place.object());
    }

    private static Map<String, Label> labels(Specimen specimen) {
        return Map.of(
                "material",
                Label.newBuilder().setCategory(specimen.material().name()).build(),
                "quality",
                Label.newBuilder().setValue(specimen.quality()).build(),
                "degradation",
                Label.newBuilder().setCategory(specimen.degradation().category()).build());
    }

    private final class Entries extends AbstractList<Entry> implements RandomAccess {

        @Override
        public Entry get(int index) {
            return entry(index);
        }

        @Override
        public int size() {
            return captures;
        }
    }
}

package io.retort.fleet.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.Records;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image.Encoding;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Vector;
import io.retort.fleet.dataset.Dataset;
import io.retort.preprocessing.Preprocessing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SimulationTests {

    private static final List<String> MATERIALS = classes("material");

    private static List<String> classes(String head) {
        return ((ClassificationHead) Schema.article().head(head)).classes();
    }

    private static String category(Map<String, Label> labels, String head) {
        var label = labels.get(head);
        assertThat(label).isNotNull();
        return label == null ? "" : label.getCategory();
    }

    private static double quality(Dataset.Entry entry) {
        var label = entry.labels().get("quality");
        assertThat(label).isNotNull();
        return label == null ? -1 : label.getValue();
    }

    @Test
    void everyMaterialAndStateOfTheSchemaIsDescribed() {
        assertThat(Materials.read().byName().keySet()).containsExactlyElementsOf(MATERIALS);
        assertThat(Degradation.values())
                .extracting(Degradation::category)
                .containsExactlyElementsOf(classes("degradation"));
        for (Degradation state : Degradation.values()) {
            assertThat(Family.values())
                    .as("%s befalls some family", state)
                    .anyMatch(family -> family.degradations().contains(state));
        }
    }

    @Test
    void anItemDependsOnSeedAndNumberAlone() {
        Simulation small = new Simulation(11, 20);
        Simulation large = new Simulation(11, 5000);

        for (int i : new int[] {19, 3, 0}) {
            assertThat(small.item(i)).isEqualTo(large.item(i)).isEqualTo(large.item(i));
        }
        assertThat(new Simulation(12, 20).item(3).capture().getModalitiesMap())
                .isNotEqualTo(small.item(3).capture().getModalitiesMap());
        assertThat(new Simulation(12, 20).item(3).capture().getId())
                .isNotEqualTo(small.item(3).capture().getId());
        assertThatThrownBy(() -> small.item(20)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void entriesTellWhatItemsCarry() {
        Simulation simulation = new Simulation(3, 30);

        assertThat(simulation.entries()).hasSize(30);
        for (int i = 0; i < 30; i++) {
            Dataset.Entry entry = simulation.entries().get(i);
            Dataset.Item item = simulation.item(i);
            assertThat(entry)
                    .isEqualTo(
                            new Dataset.Entry(
                                    item.capture().getId(),
                                    item.capture().getGroup(),
                                    item.fold(),
                                    item.labels()));
            assertThat(item.capture().getLabelsCount()).isZero();
        }
    }

    @Test
    void capturesKeepTheContractAndBecomeTensors() {
        Simulation simulation = new Simulation(5, 150, MATERIALS, 0);
        Preprocessing preprocessing = new Preprocessing(simulation.schema());
        Set<Encoding> encodings = new HashSet<>();
        Set<String> ids = new HashSet<>();
        simulation
                .items()
                .forEach(item -> {
                    Capture capture = Records.check(item.capture());
                    assertThat(ids.add(capture.getId())).isTrue();
                    assertThat(preprocessing.tensors(capture))
                            .containsOnlyKeys("rgb", "thermal", "spectrum");
                    for (String modality : List.of("rgb", "thermal")) {
                        encodings.add(
                                capture.getModalitiesOrThrow(modality).getImage().getEncoding());
                    }
                    for (float count :
                            preprocessing.tensor(
                                    "thermal", capture.getModalitiesOrThrow("thermal"))) {
                        assertThat(count * 10 + 303.15f).isBetween(275f, 380f);
                    }
                });
        assertThat(encodings)
                .containsExactlyInAnyOrder(Encoding.JPEG, Encoding.PNG, Encoding.GRAY16);
    }

    @Test
    void sensorsAreAbsentAsOftenAsAsked() {
        Simulation simulation = new Simulation(5, 400, List.of("pet", "steel"), 0.25);
        int thermal = 0;
        int spectrum = 0;
        for (Dataset.Item item : simulation.items().toList()) {
            Map<String, Payload> modalities = item.capture().getModalitiesMap();
            assertThat(modalities).containsKey("rgb");
            thermal += modalities.containsKey("thermal") ? 0 : 1;
            spectrum += modalities.containsKey("spectrum") ? 0 : 1;
        }
        assertThat(thermal).isBetween(70, 130);
        assertThat(spectrum).isBetween(70, 130);
    }

    @Test
    void materialsAreBalancedAndGroupsStayInOneFold() {
        Simulation simulation = new Simulation(9, 3000);
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Integer> states = new TreeMap<>();
        for (Dataset.Entry entry : simulation.entries()) {
            counts.merge(category(entry.labels(), "material"), 1, Integer::sum);
            states.merge(category(entry.labels(), "degradation"), 1, Integer::sum);
        }
        assertThat(counts).hasSize(50).allSatisfy((_, count) -> assertThat(count).isEqualTo(60));
        assertThat(states)
                .hasSize(10)
                .allSatisfy((_, count) -> assertThat(count).isGreaterThan(90));

        Set<String> groups = new HashSet<>();
        simulation
                .groups()
                .values()
                .forEach(ofFold -> ofFold.forEach(group -> assertThat(groups.add(group)).isTrue()));
        assertThat(simulation.groups().keySet()).containsExactly(0, 1, 2, 3, 4);
        assertThat(groups).hasSize(1500);
    }

    @Test
    void qualityFallsWithDegradationAndTakesEveryRoute() {
        Map<String, double[]> sums = new HashMap<>();
        int[] routes = new int[3];
        for (Dataset.Entry entry : new Simulation(2, 3000).entries()) {
            double quality = quality(entry);
            assertThat(quality).isBetween(0.0, 1.0);
            routes[quality > 0.7 ? 0 : quality < 0.3 ? 2 : 1]++;
            double[] sum =
                    sums.computeIfAbsent(
                            category(entry.labels(), "degradation"), _ -> new double[2]);
            sum[0] += quality;
            sum[1]++;
        }
        Function<String, Double> mean =
                state ->
                        sums.getOrDefault(state, new double[2])[0]
                                / sums.getOrDefault(state, new double[2])[1];
        assertThat(mean.apply("pristine")).isGreaterThan(0.9);
        assertThat(mean.apply("moist")).isBetween(0.5, 0.75);
        assertThat(mean.apply("burnt")).isLessThan(0.4);
        for (int route : routes) {
            assertThat(route).isGreaterThan(400);
        }
    }

    @Test
    void bandsLieWhereTheirBondsAbsorb() {
        assertThat(deepest("pe-hd", 1690, 1750)).isCloseTo(1727, within(7.0));
        assertThat(deepest("pe-hd", 1170, 1260)).isCloseTo(1212, within(8.0));
        assertThat(deepest("ps", 1640, 1710)).isCloseTo(1682, within(6.0));
        assertThat(deepest("ps", 1100, 1180)).isCloseTo(1142, within(6.0));
        assertThat(deepest("pet", 1630, 1690)).isCloseTo(1660, within(6.0));
        assertThat(deepest("pvc", 1690, 1760)).isCloseTo(1717, within(7.0));
        assertThat(deepest("pa6", 1450, 1560)).isCloseTo(1496, within(12.0));
        assertThat(deepest("silicone", 1660, 1720)).isCloseTo(1692, within(6.0));
        assertThat(deepest("gypsum", 1400, 1470)).isCloseTo(1445, within(7.0));
    }

    /// Wavelength of the least mean reflectance of pristine items between two wavelengths, after
    /// the line between these two is taken away.
    private static double deepest(String material, double low, double high) {
        Simulation simulation = new Simulation(21, 240, List.of(material), 0);
        double[] sums = new double[200];
        for (int i = 0; i < simulation.size(); i++) {
            if (!category(simulation.entries().get(i).labels(), "degradation").equals("pristine")) {
                continue;
            }
            Vector spectrum =
                    simulation.item(i).capture().getModalitiesOrThrow("spectrum").getVector();
            for (int at = 0; at < sums.length; at++) {
                sums[at] += at(spectrum, low + at * (high - low) / (sums.length - 1));
            }
        }
        int deepest = 0;
        double depth = 0;
        for (int at = 0; at < sums.length; at++) {
            double part = at / (sums.length - 1.0);
            double below = sums[0] + part * (sums[sums.length - 1] - sums[0]) - sums[at];
            if (below > depth) {
                depth = below;
                deepest = at;
            }
        }
        return low + deepest * (high - low) / (sums.length - 1);
    }

    private static double at(Vector spectrum, double wavelength) {
        int right = 1;
        while (spectrum.getAxis(right) < wavelength) {
            right++;
        }
        double left = spectrum.getAxis(right - 1);
        double part = (wavelength - left) / (spectrum.getAxis(right) - left);
        return spectrum.getValues(right - 1)
                + part * (spectrum.getValues(right) - spectrum.getValues(right - 1));
    }

    @Test
    void spectraTellMaterialsApartAndMeanColoursHardlyDo() {
        Simulation simulation = new Simulation(7, 2400, MATERIALS, 0);
        Preprocessing preprocessing = new Preprocessing(simulation.schema());
        Centroids spectra = new Centroids();
        Centroids colours = new Centroids();
        for (int i = 0; i < simulation.size(); i++) {
            Dataset.Item item = simulation.item(i);
            Map<String, float[]> tensors = preprocessing.tensors(item.capture());
            boolean test = item.fold() == 0;
            String material = category(item.labels(), "material");
            spectra.add(test, material, tensors.getOrDefault("spectrum", new float[0]));
            colours.add(test, material, means(tensors.getOrDefault("rgb", new float[0])));
        }
        double chance = 1.0 / MATERIALS.size();
        assertThat(spectra.accuracy()).isGreaterThan(0.7);
        assertThat(colours.accuracy()).isBetween(1.5 * chance, 0.2);
    }

    private static float[] means(float[] rgb) {
        float[] means = new float[3];
        for (int i = 0; i < rgb.length; i++) {
            means[i / (rgb.length / 3)] += rgb[i] * 3 / rgb.length;
        }
        return means;
    }

    /// Nearest mean of the training folds.
    private static final class Centroids {

        private final Map<String, double[]> sums = new TreeMap<>();
        private final Map<String, Integer> counts = new HashMap<>();
        private final List<Map.Entry<String, float[]>> tests = new ArrayList<>();

        void add(boolean test, String material, float[] values) {
            if (test) {
                tests.add(Map.entry(material, values));
                return;
            }
            double[] sum = sums.computeIfAbsent(material, _ -> new double[values.length]);
            for (int i = 0; i < values.length; i++) {
                sum[i] += values[i];
            }
            counts.merge(material, 1, Integer::sum);
        }

        double accuracy() {
            long right =
                    tests.stream()
                            .filter(test -> nearest(test.getValue()).equals(test.getKey()))
                            .count();
            return right / (double) tests.size();
        }

        private String nearest(float[] values) {
            String nearest = "";
            double least = Double.POSITIVE_INFINITY;
            for (Map.Entry<String, double[]> sum : sums.entrySet()) {
                double distance = 0;
                for (int i = 0; i < values.length; i++) {
                    double mean = sum.getValue()[i] / counts.getOrDefault(sum.getKey(), 1);
                    distance += (values[i] - mean) * (values[i] - mean);
                }
                if (distance < least) {
                    least = distance;
                    nearest = sum.getKey();
                }
            }
            return nearest;
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new Simulation(1, -1)).hasMessageContaining("captures");
        assertThatThrownBy(() -> new Simulation(1, 1, List.of())).hasMessageContaining("materials");
        assertThatThrownBy(() -> new Simulation(1, 1, List.of("pp", "pp")))
                .hasMessageContaining("each named once");
        assertThatThrownBy(() -> new Simulation(1, 1, List.of("kryptonite")))
                .hasMessageContaining("kryptonite");
        assertThatThrownBy(() -> new Simulation(1, 1, List.of("pp"), 2))
                .hasMessageContaining("absent");
    }
}

package io.retort.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.StandardNormalVariate;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Image.Encoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Real photos and spectra, where the data folder is at hand (environment variable RETORT_DATA, or
/// ../shared/data beside the project).
class PlasticsTests {

    private static Path plastics() {
        Path data =
                Path.of(
                        Objects.requireNonNullElse(
                                System.getenv("RETORT_DATA"), "../../shared/data"));
        Path plastics = data.resolve("plastics");
        assumeTrue(
                Files.isDirectory(plastics),
                () -> "skipped: no " + plastics.toAbsolutePath().normalize() + "; set RETORT_DATA");
        return plastics;
    }

    @Test
    void everyPhotoBecomesATensorWithThePhotosOwnMean() throws IOException {
        ImageModality small =
                new ImageModality(
                        3,
                        64,
                        64,
                        1 / 255.0,
                        Collections.nCopies(3, 0.0),
                        Collections.nCopies(3, 1.0));
        ImageModality whole =
                new ImageModality(
                        3,
                        128,
                        128,
                        1 / 255.0,
                        Collections.nCopies(3, 0.0),
                        Collections.nCopies(3, 1.0));
        try (Stream<Path> photos = Files.list(plastics().resolve("rgb"))) {
            List<Path> all = photos.sorted().toList();
            assertThat(all).hasSizeGreaterThan(100);
            for (Path photo : all) {
                var payload = Fixtures.image(Encoding.PNG, Files.readAllBytes(photo));
                float[] tensor = Fixtures.of(small).tensor("m", payload);
                float[] pixels = Fixtures.of(whole).tensor("m", payload);
                for (int channel = 0; channel < 3; channel++) {
                    assertThat(mean(tensor, channel, 3))
                            .as("%s", photo)
                            .isCloseTo(mean(pixels, channel, 3), within(0.004));
                }
                for (float value : tensor) {
                    assertThat(value).isBetween(0f, 1.00001f);
                }
            }
        }
    }

    @Test
    void everySpectrumBecomesANormalVariateOnACoarserAxis() throws IOException {
        List<String> lines = Files.readAllLines(plastics().resolve("spectra.csv"));
        List<Float> axis = floats(lines.getFirst());
        List<Double> schema = new ArrayList<>();
        for (double nanometres = 1015; nanometres <= 1900; nanometres += 5) {
            schema.add(nanometres);
        }
        Preprocessing preprocessing =
                Fixtures.of(new VectorModality("nm", schema, List.of(new StandardNormalVariate())));
        assertThat(lines).hasSizeGreaterThan(100);
        for (String line : lines.subList(1, lines.size())) {
            float[] tensor = preprocessing.tensor("m", Fixtures.vector(axis, floats(line)));
            double squares = 0;
            for (float value : tensor) {
                squares += value * value;
            }
            assertThat(mean(tensor, 0, 1)).isCloseTo(0, within(1e-6));
            assertThat(squares / (tensor.length - 1)).isCloseTo(1, within(1e-5));
        }
    }

    private static double mean(float[] tensor, int channel, int channels) {
        int plane = tensor.length / channels;
        double sum = 0;
        for (int i = 0; i < plane; i++) {
            sum += tensor[channel * plane + i];
        }
        return sum / plane;
    }

    private static List<Float> floats(String line) {
        return Arrays.stream(line.split(",")).skip(1).map(Float::valueOf).toList();
    }
}

package io.retort.fleet.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.SavitzkyGolay;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.StandardNormalVariate;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Image.Encoding;
import io.retort.contract.v1.Label;
import io.retort.preprocessing.Preprocessing;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFolderTests {

    private static final String DESCRIPTION =
            """
            {
              "name": "tiny",
              "table": "captures.csv",
              "modalities": {
                "rgb": {"kind": "image", "column": "photo"},
                "thermal": {"kind": "image", "column": "heat", "scale": 0.01},
                "spectrum": {"kind": "vector", "file": "spectra.csv", "axis": "nm"},
                "machine": {"kind": "signal", "files": ["a.csv", "b.csv.gz"], "hertz": 2,
                            "form": "series"}
              },
              "heads": {
                "material": {"kind": "classification", "column": "material"},
                "quality": {"kind": "regression", "column": "quality", "minimum": 0, "maximum": 1}
              }
            }
            """;

    private static final String TABLE =
            """
            id,group,photo,heat,material,quality,remark,fold
            x1,g1,photos/1.png,heat/1.png,"PE, soft",0.5,"said ""so""\",0
            x2,g1,photos/1.png,,100,,,0
            x3,,,heat/2.png,20,0.25,,1
            x4,g4,,heat/1.png,,1,,2
            """;

    private static final String SPECTRA =
            """
            id,1000,1010,1020.5
            x1,0.1,0.2,0.3
            x3,1.1,1.2,1.3
            x4,,,
            """;

    private static final String FIRST_CHANNEL = "100,101\n1,3\n5,7\n\n";
    private static final String SECOND_CHANNEL = "0,0\n4,4\n4,4\n\n";

    @TempDir Path folder;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(folder.resolve("photos"));
        Files.createDirectories(folder.resolve("heat"));
        write("dataset.json", DESCRIPTION);
        write("captures.csv", TABLE);
        write("spectra.csv", SPECTRA);
        write("a.csv", FIRST_CHANNEL);
        gzip("b.csv.gz", SECOND_CHANNEL);
        image("photos/1.png", BufferedImage.TYPE_INT_RGB, 0x336699);
        thermal("heat/1.png", 30_000);
        thermal("heat/2.png", 31_000);
    }

    @Test
    void itemsComeInTheTablesOrderWithTheirLabelsApart() {
        DatasetFolder dataset = DatasetFolder.read(folder, 0);

        assertThat(dataset.size()).isEqualTo(4);
        Dataset.Item first = dataset.item(0);
        assertThat(first.capture().getId()).isEqualTo("x1");
        assertThat(first.capture().getGroup()).isEqualTo("g1");
        assertThat(first.capture().getSchema()).isEqualTo("tiny");
        assertThat(first.capture().getLabelsCount()).isZero();
        assertThat(first.fold()).isZero();
        assertThat(first.labels())
                .containsEntry("material", Label.newBuilder().setCategory("PE, soft").build())
                .containsEntry("quality", Label.newBuilder().setValue(0.5).build());
        assertThat(dataset.items().map(item -> item.capture().getId()))
                .containsExactly("x1", "x2", "x3", "x4");
        assertThat(dataset.entries()).extracting(Dataset.Entry::fold).containsExactly(0, 0, 1, 2);
    }

    @Test
    void emptyCellsAreAbsentSensorsUnknownLabelsAndGroupsOfTheirOwn() {
        DatasetFolder dataset = DatasetFolder.read(folder, 0);

        assertThat(dataset.item(0).capture().getModalitiesMap())
                .containsOnlyKeys("rgb", "thermal", "spectrum", "machine");
        assertThat(dataset.item(1).capture().getModalitiesMap()).containsOnlyKeys("rgb", "machine");
        assertThat(dataset.item(1).labels()).containsOnlyKeys("material");
        assertThat(dataset.item(2).capture().getGroup()).isEqualTo("x3");
        assertThat(dataset.item(3).capture().getModalitiesMap()).containsOnlyKeys("thermal");
        assertThat(dataset.groups())
                .containsEntry(0, new java.util.TreeSet<>(Set.of("g1")))
                .containsEntry(1, new java.util.TreeSet<>(Set.of("x3")));
    }

    @Test
    void theSchemaIsDerivedFromTheFiles() {
        var schema = DatasetFolder.read(folder, 0).schema();

        assertThat(schema.name()).isEqualTo("tiny");
        assertThat(schema.modalities().keySet())
                .containsExactly("rgb", "thermal", "spectrum", "machine");
        assertThat(schema.modality("rgb"))
                .isEqualTo(
                        new ImageModality(
                                3,
                                64,
                                64,
                                1 / 255.0,
                                List.of(0.5, 0.5, 0.5),
                                List.of(0.25, 0.25, 0.25)));
        assertThat(schema.head("material"))
                .isEqualTo(new ClassificationHead(List.of("100", "20", "PE, soft")));
        assertThat(schema.head("quality")).isEqualTo(new RegressionHead(0, 1));
        assertThat(schema.modality("spectrum"))
                .isEqualTo(new VectorModality("nm", List.of(1000.0, 1010.0, 1020.5), List.of()));
    }

    @Test
    void statisticsLeaveTheTestFoldOut() {
        var schema = DatasetFolder.read(folder, 0).schema();

        // Rows of fold 1 and 2: channel a 5, 7 and b 4, 4; the constant channel is not scaled.
        assertThat(schema.modality("machine"))
                .isEqualTo(new SignalModality(2, 2, 2, List.of(6.0, 4.0), List.of(1.0, 1.0)));
        // Kelvin of rows x3 and x4: 310 and 300.
        ImageModality thermal = (ImageModality) schema.modality("thermal");
        assertThat(thermal.channels()).isEqualTo(1);
        assertThat(thermal.height()).isEqualTo(32);
        assertThat(thermal.mean().getFirst()).isCloseTo(305, within(1e-3));
        assertThat(thermal.deviation().getFirst()).isCloseTo(5, within(1e-3));

        ImageModality all = (ImageModality) DatasetFolder.read(folder).schema().modality("thermal");
        assertThat(all.mean().getFirst()).isCloseTo((300 + 310 + 300) / 3.0, within(1e-3));
    }

    @Test
    void aSignalIsSummarisedUnlessItsFormIsSeries() throws IOException {
        Path file = folder.resolve("dataset.json");
        Files.writeString(file, Files.readString(file).replaceAll(",\\s*\"form\": \"series\"", ""));

        DatasetFolder dataset = DatasetFolder.read(folder, 1);
        SignalSummaryModality machine =
                (SignalSummaryModality) dataset.schema().modality("machine");

        assertThat(machine.steps()).isEqualTo(2);
        // Two steps allow two windows; three series: a, b and a less b.
        assertThat(machine.edges()).hasSize(3 * (5 + 2));
        // Rows outside the test fold: a has means 100.5 and 2, b has 0 and 4 and never varies.
        assertThat(machine.edges().getFirst()).hasSize(33).startsWith(2.0).endsWith(100.5);
        assertThat(machine.edges().getFirst().get(16)).isEqualTo(51.25);
        assertThat(machine.edges().get(7)).startsWith(0.0).endsWith(4.0);
        assertThat(machine.edges().get(8)).isEmpty();
        assertThat(machine.edges().get(14)).startsWith(-2.0).endsWith(100.5);
        assertThat(dataset.item(0).capture().getModalitiesOrThrow("machine").getSignal())
                .satisfies(signal ->
                        assertThat(signal.getValuesList()).containsExactly(100f, 101f, 0f, 0f));
    }

    @Test
    void payloadsCarryWhatTheFilesHold() throws IOException {
        DatasetFolder dataset = DatasetFolder.read(folder, 0);
        var capture = dataset.item(0).capture();

        var image = capture.getModalitiesOrThrow("rgb").getImage();
        assertThat(image.getEncoding()).isEqualTo(Encoding.PNG);
        assertThat(image.getData().toByteArray())
                .isEqualTo(Files.readAllBytes(folder.resolve("photos/1.png")));
        var vector = capture.getModalitiesOrThrow("spectrum").getVector();
        assertThat(vector.getAxisList()).containsExactly(1000f, 1010f, 1020.5f);
        assertThat(vector.getValuesList()).containsExactly(0.1f, 0.2f, 0.3f);
        var signal = capture.getModalitiesOrThrow("machine").getSignal();
        assertThat(signal.getChannels()).isEqualTo(2);
        assertThat(signal.getSteps()).isEqualTo(2);
        assertThat(signal.getHertz()).isEqualTo(2);
        assertThat(signal.getValuesList()).containsExactly(100f, 101f, 0f, 0f);
        assertThat(new Preprocessing(dataset.schema()).tensors(capture))
                .containsOnlyKeys("rgb", "thermal", "spectrum", "machine");
    }

    @Test
    void classesThatAreAllNumbersAreSortedByTheirValue() throws IOException {
        replace("captures.csv", "\"PE, soft\"", "3");

        assertThat(DatasetFolder.read(folder, 0).schema().head("material"))
                .isEqualTo(new ClassificationHead(List.of("3", "20", "100")));
    }

    @Test
    void spectraAreTreatedByAWindowThatFits() throws IOException {
        write("spectra.csv", "id,1,2,3,4,5,6\nx1,1,2,3,4,5,7\n");
        var treated = (VectorModality) DatasetFolder.read(folder, 0).schema().modality("spectrum");
        assertThat(treated.treatments())
                .containsExactly(
                        new StandardNormalVariate(),
                        new SavitzkyGolay(5, 2, 2),
                        new StandardNormalVariate());
    }

    @Test
    void theDescriptionMayChooseSizesAndTreatments() throws IOException {
        replace("dataset.json", "\"photo\"", "\"photo\", \"height\": 16, \"width\": 24");
        replace(
                "dataset.json",
                "\"nm\"",
                "\"nm\", \"treatments\": [{\"kind\": \"standard-normal-variate\"}]");

        var schema = DatasetFolder.read(folder, 0).schema();
        assertThat(schema.modality("rgb").shape().height()).isEqualTo(16);
        assertThat(schema.modality("rgb").shape().width()).isEqualTo(24);
        assertThat(((VectorModality) schema.modality("spectrum")).treatments())
                .containsExactly(new StandardNormalVariate());
    }

    @Test
    void spreadsheetsByteOrderMarkAndLineEndsAreNoHindrance() throws IOException {
        write("captures.csv", "\uFEFF" + TABLE.replace("\n", "\r\n"));

        assertThat(DatasetFolder.read(folder, 0).size()).isEqualTo(4);
    }

    @Test
    void errorsNameFileLineAndColumn() throws IOException {
        refused("captures.csv", "x2,g1", "x1,g1", "captures.csv:3, column 'id'", "'x1'", "earlier");
        refused("captures.csv", "x2,g1", ",g1", "captures.csv:3, column 'id'", "empty");
        refused("captures.csv", ",,,0\n", ",,,1\n", "captures.csv:3, column 'fold'", "group 'g1'");
        refused("captures.csv", "1,,2\n", "1,,7\n", "captures.csv:5, column 'fold'", "is 7");
        refused("captures.csv", "1,,2\n", "1,,two\n", "captures.csv:5, column 'fold'", "'two'");
        refused("captures.csv", "0.25", "NaN", "captures.csv:4, column 'quality'", "'NaN'");
        refused("captures.csv", "0.25", "1.25", "captures.csv:4, column 'quality'", "0.0 to 1.0");
        refused("captures.csv", "1,,2\n", "1,2\n", "captures.csv:5", "7 cells, the header has 8");
        refused("captures.csv", "heat,", "photo,", "captures.csv:1", "'photo' is named twice");
        refused("captures.csv", ",group", ",kind", "captures.csv:1", "no column 'group'");
        refused("captures.csv", "material", "stuff", "head 'material'", "no column 'material'");
        refused("captures.csv", "photos/1", "photos/9", "captures.csv:2, column 'photo'", "9.png");
        refused("captures.csv", "photos/1", "../1", "captures.csv:2, column 'photo'", "leads out");
        refused(
                "captures.csv",
                "photos/1",
                "/etc/1",
                "captures.csv:2, column 'photo'",
                "leads out");
        refused("captures.csv", "photos/1.png", "a.csv", "captures.csv:2", "neither a JPEG nor");
        refused("captures.csv", "photos/1", "heat/1", "captures.csv:3", "are mixed");
        refused("captures.csv", "\"PE, soft\"", "\"PE", "captures.csv", "cannot be read");
        refused("spectra.csv", "0.2", "o.2", "spectra.csv:2, column 3", "'o.2' is not a number");
        refused("spectra.csv", "0.2", "1e99", "spectra.csv:2, column 3", "too large");
        refused("spectra.csv", ",0.2", "", "spectra.csv:2", "3 cells, the header has 4");
        refused("spectra.csv", "x3", "x9", "spectra.csv:3, column 'id'", "not in captures.csv");
        refused("spectra.csv", "x3", "x1", "spectra.csv:3, column 'id'", "line 2");
        refused("spectra.csv", "1010", "990", "spectra.csv:1, column 3", "ascend");
        refused("a.csv", "5,7\n", "", "a.csv", "has 3 rows, captures.csv has 4");
        refused("a.csv", "5,7\n", "5,7\n8,9\n", "a.csv:5", "more rows than captures.csv");
        refused("a.csv", "5,7\n", "5\n", "a.csv:3", "1 steps, the first row has 2");
        refused("a.csv", "5,7\n", "\n", "b.csv.gz:3", "'x3' is empty in one");
        refused("a.csv", "5,7", "5,", "a.csv:3, column 2", "'' is not a finite number");
        refused("dataset.json", "b.csv.gz", "c.csv.gz", "modality 'machine'", "c.csv.gz");
        refused("dataset.json", "b.csv.gz", "../b.csv", "modality 'machine'", "leads out");
        refused("dataset.json", "\"table\"", "\"tabel\"", "dataset.json:15", "'table'");
        refused("dataset.json", "\"scale\"", "\"scales\"", "dataset.json:6", "scales");
        refused("dataset.json", "\"image\"", "\"picture\"", "dataset.json:5", "picture");
        refused("dataset.json", "\"a.csv\"", "null", "dataset.json", "null");
        refused("dataset.json", "\"captures.csv\"", "null", "dataset.json", "null");
        refused("dataset.json", "\"tiny\"", "\"a b\"", "dataset.json", "schema.name");
        refused("dataset.json", "\"hertz\": 2", "\"hertz\": 0", "machine", "above 0");
    }

    @Test
    void linksDoNotLeadOutOfTheFolder(@TempDir Path elsewhere) throws IOException {
        Files.copy(folder.resolve("photos/1.png"), elsewhere.resolve("secret.png"));
        Files.delete(folder.resolve("photos/1.png"));
        Files.createSymbolicLink(folder.resolve("photos/1.png"), elsewhere.resolve("secret.png"));

        assertThatThrownBy(() -> DatasetFolder.read(folder, 0))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContainingAll("captures.csv:2", "leads out");
    }

    @Test
    void bothSidesOfTheSplitNeedRows() {
        assertThatThrownBy(() -> DatasetFolder.read(folder, 4))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("0 of 4 rows are in test fold 4");
    }

    @Test
    void aFolderWithoutDescriptionIsRefused() throws IOException {
        Files.delete(folder.resolve("dataset.json"));
        assertThatThrownBy(() -> DatasetFolder.read(folder, 0))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("there is no file 'dataset.json'");
        assertThatThrownBy(() -> DatasetFolder.read(folder.resolve("nowhere"), 0))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("is no folder");
    }

    @Test
    void damagedBytesAreTold() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("b.csv.gz"));
        Files.write(folder.resolve("b.csv.gz"), java.util.Arrays.copyOf(whole, whole.length - 9));
        assertThatThrownBy(() -> DatasetFolder.read(folder, 0))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("b.csv.gz: cannot be read");

        Files.write(folder.resolve("captures.csv"), new byte[] {'i', 'd', ',', (byte) 0xe9, '\n'});
        assertThatThrownBy(() -> DatasetFolder.read(folder, 0))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining("captures.csv: is not UTF-8");
    }

    /// Replaces the first occurrence, expects the error's parts, and restores the file.
    private void refused(String file, String old, String replacement, String... parts)
            throws IOException {
        String before = Files.readString(folder.resolve(file));
        replace(file, old, replacement);
        assertThatThrownBy(() -> DatasetFolder.read(folder, 0))
                .as("%s with %s for %s", file, replacement, old)
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContainingAll(parts);
        write(file, before);
    }

    private void replace(String file, String old, String replacement) throws IOException {
        String before = Files.readString(folder.resolve(file));
        int at = before.indexOf(old);
        assertThat(at).as("%s in %s", old, file).isNotNegative();
        write(file, before.substring(0, at) + replacement + before.substring(at + old.length()));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }

    private void gzip(String file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(file)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void image(String file, int type, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(4, 4, type);
        image.setRGB(1, 1, rgb);
        ImageIO.write(image, "png", folder.resolve(file).toFile());
    }

    private void thermal(String file, int count) throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < 16; i++) {
            image.getRaster().setSample(i % 4, i / 4, 0, count);
        }
        ImageIO.write(image, "png", folder.resolve(file).toFile());
    }
}

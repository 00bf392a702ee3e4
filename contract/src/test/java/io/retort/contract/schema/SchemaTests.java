package io.retort.contract.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.contract.InvalidRecordException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTests {

    private static final String RIG =
            """
            {"name": "rig",
             "modalities": {
               "photo": {"kind": "image", "channels": 3, "height": 64, "width": 48, "scale": 0.5,
                         "mean": [1, 2, 3], "deviation": [4, 5, 6]},
               "bands": {"kind": "vector", "unit": "nm", "axis": [1, 2, 3, 4, 5], "treatments": [
                         {"kind": "standard-normal-variate"},
                         {"kind": "savitzky-golay", "window": 5, "polynomial": 2, "derivative": 1}]},
               "pumps": {"kind": "signal", "channels": 2, "steps": 60, "hertz": 1.5,
                         "mean": [0, 1], "deviation": [2, 3]},
               "rotor": {"kind": "signal-summary", "channels": 1, "steps": 4, "hertz": 2, "windows": 2,
                         "differences": true, "edges": [[0, 1, 3], [], [-1, 8], [], [], [], []]}},
             "heads": {
               "valve": {"kind": "classification", "classes": ["ok", "worn"]},
               "wear": {"kind": "regression", "minimum": -1, "maximum": 2.5}}}
            """;

    @Test
    void theArticlesSchemaHasItsSensorsAndItsHeads() {
        Schema article = Schema.article();
        assertThat(article.name()).isEqualTo("article");
        assertThat(article.modalities().keySet()).containsExactly("rgb", "thermal", "spectrum");
        assertThat(article.heads().keySet()).containsExactly("material", "quality", "degradation");
        assertThat(article.head("material").width()).isEqualTo(50);
        assertThat(article.head("quality")).isEqualTo(new RegressionHead(0, 1));
        assertThat(article.head("degradation").width()).isEqualTo(10);
        assertThat(article.modality("rgb").shape()).isEqualTo(new TensorShape(3, 64, 64));
        assertThat(article.modality("thermal").shape()).isEqualTo(new TensorShape(1, 32, 32));
        assertThat(article.modality("spectrum").shape()).isEqualTo(new TensorShape(1, 1, 181));
    }

    @Test
    void theMaintenanceSchemaSeesAMachineThreeWays() {
        Schema maintenance = Schema.maintenance();
        assertThat(maintenance.modality("rgb").shape()).isEqualTo(new TensorShape(3, 64, 64));
        assertThat(maintenance.modality("thermal").shape()).isEqualTo(new TensorShape(1, 32, 32));
        assertThat(maintenance.modality("vibration").shape()).isEqualTo(new TensorShape(3, 1, 256));
    }

    @Test
    void everyPartIsReadFromJson() {
        Schema rig = Schema.parse(RIG);
        assertThat(rig.modality("photo"))
                .isEqualTo(
                        new ImageModality(
                                3, 64, 48, 0.5, List.of(1.0, 2.0, 3.0), List.of(4.0, 5.0, 6.0)));
        assertThat(rig.modality("bands"))
                .isEqualTo(
                        new VectorModality(
                                "nm",
                                List.of(1.0, 2.0, 3.0, 4.0, 5.0),
                                List.of(new StandardNormalVariate(), new SavitzkyGolay(5, 2, 1))));
        assertThat(rig.modality("pumps"))
                .isEqualTo(new SignalModality(2, 60, 1.5, List.of(0.0, 1.0), List.of(2.0, 3.0)));
        assertThat(rig.modality("pumps").shape()).isEqualTo(new TensorShape(2, 1, 60));
        assertThat(rig.modality("rotor"))
                .isEqualTo(
                        new SignalSummaryModality(
                                1,
                                4,
                                2,
                                2,
                                true,
                                List.of(
                                        List.of(0.0, 1.0, 3.0),
                                        List.of(),
                                        List.of(-1.0, 8.0),
                                        List.of(),
                                        List.of(),
                                        List.of(),
                                        List.of())));
        assertThat(rig.modality("rotor").shape()).isEqualTo(new TensorShape(1, 1, 3));
        assertThat(rig.head("valve")).isEqualTo(new ClassificationHead(List.of("ok", "worn")));
        assertThat(rig.head("wear")).isEqualTo(new RegressionHead(-1, 2.5));
    }

    @Test
    void aSummarisedImageIsAsWideAsItsEdgesPart() {
        List<List<Double>> edges = new ArrayList<>(Collections.nCopies(20, List.of()));
        edges.set(3, List.of(0.0, 1.0, 5.0));
        ImageSummaryModality grey = new ImageSummaryModality(1, 32, 24, 1, edges);
        assertThat(grey.shape()).isEqualTo(new TensorShape(1, 1, 2));
        assertThat(ImageSummaryModality.statistics(3)).isEqualTo(31);
        Schema schema =
                new Schema("s", Map.of("heat", grey), Map.of("h", new RegressionHead(0, 1)));
        assertThat(Schema.parse(schema.toJson())).isEqualTo(schema);
        assertThat(schema.resized(16)).isEqualTo(schema);
        refused("image-summary.channels", () -> new ImageSummaryModality(2, 32, 24, 1, edges));
        refused("image-summary.height", () -> new ImageSummaryModality(1, 0, 24, 1, edges));
        refused("image-summary.scale", () -> new ImageSummaryModality(1, 32, 24, 0, edges));
        refused("image-summary.edges", () -> new ImageSummaryModality(3, 32, 24, 1, edges));
    }

    @Test
    void jsonThereAndBackIsTheSameSchemaInTheSameOrder() {
        for (Schema schema : List.of(Schema.article(), Schema.maintenance(), Schema.parse(RIG))) {
            Schema again = Schema.parse(schema.toJson());
            assertThat(again).isEqualTo(schema);
            assertThat(again.toJson()).isEqualTo(schema.toJson());
            assertThat(again.digest()).isEqualTo(schema.digest()).matches("[0-9a-f]{64}");
            assertThat(again.modalities().keySet())
                    .containsExactlyElementsOf(schema.modalities().keySet());
        }
    }

    @Test
    void theDigestDependsOnTheOrder() {
        Schema rig = Schema.parse(RIG);
        assertThat(Schema.parse(RIG.replace("[\"ok\", \"worn\"]", "[\"worn\", \"ok\"]")).digest())
                .isNotEqualTo(rig.digest());
    }

    @Test
    void selectingKeepsTheSchemasOrderAndAllHeads() {
        Schema rig = Schema.parse(RIG);
        Schema student = rig.select(List.of("pumps", "photo"));
        assertThat(student.modalities().keySet()).containsExactly("photo", "pumps");
        assertThat(student.heads()).isEqualTo(rig.heads());
        refused("modalities[smell]", () -> rig.select(List.of("photo", "smell")));
        refused("schema.modalities", () -> rig.select(List.of()));
    }

    @Test
    void resizingChangesImagesAlone() {
        Schema article = Schema.article();
        Schema smaller = article.resized(48);
        assertThat(smaller.modality("rgb").shape()).isEqualTo(new TensorShape(3, 48, 48));
        assertThat(smaller.modality("thermal").shape()).isEqualTo(new TensorShape(1, 48, 48));
        assertThat(smaller.modality("spectrum")).isEqualTo(article.modality("spectrum"));
        assertThat(smaller.name()).isEqualTo(article.name());
        assertThat(smaller.heads()).isEqualTo(article.heads());
        assertThat(smaller.modalities().keySet())
                .containsExactlyElementsOf(article.modalities().keySet());
        assertThat(smaller.digest()).isNotEqualTo(article.digest());
        assertThat(article.resized(64).modality("rgb")).isEqualTo(article.modality("rgb"));
    }

    @Test
    void resizingKeepsTheShapeAndTheScale() {
        Schema rig = Schema.parse(RIG);
        // 64 x 48: 32/64 and 33/64 of 48 are 24 and 24.75.
        assertThat(rig.resized(32).modality("photo"))
                .isEqualTo(
                        new ImageModality(
                                3, 32, 24, 0.5, List.of(1.0, 2.0, 3.0), List.of(4.0, 5.0, 6.0)));
        assertThat(rig.resized(33).modality("photo").shape()).isEqualTo(new TensorShape(3, 33, 25));
        assertThat(rig.resized(128).modality("photo").shape())
                .isEqualTo(new TensorShape(3, 128, 96));
        ImageModality line = new ImageModality(1, 1, 900, 1, List.of(0.0), List.of(1.0));
        assertThat(
                        new Schema("line", Map.of("row", line), rig.heads())
                                .resized(100)
                                .modality("row"))
                .isEqualTo(new ImageModality(1, 1, 100, 1, List.of(0.0), List.of(1.0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 15, 513, Integer.MAX_VALUE})
    void sidesBeyondTheLimitsAreRefused(int side) {
        Schema article = Schema.article();
        refused("image.side", () -> article.resized(side));
        assertThat(List.of(article.resized(16), article.resized(512))).doesNotContain(article);
    }

    @Test
    void whatASchemaDoesNotNameIsRefused() {
        Schema rig = Schema.parse(RIG);
        refused("modalities[smell]", () -> rig.modality("smell"));
        refused("labels[smell]", () -> rig.head("smell"));
        ClassificationHead valve = (ClassificationHead) rig.head("valve");
        assertThat(valve.index("valve", "worn")).isEqualTo(1);
        refused("labels[valve].category", () -> valve.index("valve", "Worn"));
    }

    /// Each replacement breaks one thing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"name\": \"rig\" | \"name\": \"-rig\" | schema.name",
                "\"photo\": | \"ph oto\": | schema.modalities",
                "\"valve\": | \"\": | schema.heads",
                "\"channels\": 3 | \"channels\": 2 | image.channels",
                "\"height\": 64 | \"height\": 0 | image.height",
                "\"width\": 48 | \"width\": 4097 | image.width",
                "\"scale\": 0.5 | \"scale\": 0 | image.scale",
                "[1, 2, 3] | [1, 2] | image.mean",
                "[4, 5, 6] | [4, 0, 6] | image.deviation[1]",
                "[1, 2, 3, 4, 5] | [1] | vector.axis",
                "[1, 2, 3, 4, 5] | [1, 2, 2, 4, 5] | vector.axis[2]",
                "[1, 2, 3, 4, 5] | [1, 2, 3, 4] | vector.treatments",
                "\"window\": 5 | \"window\": 4 | savitzky-golay.window",
                "\"polynomial\": 2 | \"polynomial\": 5 | savitzky-golay.polynomial",
                "\"derivative\": 1 | \"derivative\": 3 | savitzky-golay.derivative",
                "\"channels\": 2 | \"channels\": 65 | signal.channels",
                "\"steps\": 60 | \"steps\": 65537 | signal.steps",
                "\"hertz\": 1.5 | \"hertz\": -1 | signal.hertz",
                "\"mean\": [0, 1] | \"mean\": [0] | signal.mean",
                "[2, 3] | [2, -3] | signal.deviation[1]",
                "\"channels\": 1 | \"channels\": 0 | signal-summary.channels",
                "\"steps\": 4 | \"steps\": 1 | signal-summary.steps",
                "\"hertz\": 2 | \"hertz\": 0 | signal-summary.hertz",
                "\"windows\": 2 | \"windows\": 5 | signal-summary.windows",
                "\"windows\": 2 | \"windows\": 3 | signal-summary.edges",
                "[0, 1, 3] | [0, 1, 1] | signal-summary.edges[0][2]",
                "[-1, 8] | [-1] | signal-summary.edges[2]",
                "[[0, 1, 3], [], [-1, 8] | [[], [], [] | signal-summary.edges",
                "[\"ok\", \"worn\"] | [\"ok\"] | classification.classes",
                "[\"ok\", \"worn\"] | [\"ok\", \"ok\"] | classification.classes",
                "[\"ok\", \"worn\"] | [\"ok\", \" \"] | classification.classes",
                "\"maximum\": 2.5 | \"maximum\": -1 | regression"
            })
    void aBrokenPartIsRefusedByName(String part, String broken, String field) {
        assertThat(RIG).contains(part);
        refused(field, () -> Schema.parse(RIG.replace(part, broken)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"height\": 64, | '' | schema.modalities.photo.height",
                "\"unit\": \"nm\", | '' | schema.modalities.bands.unit",
                "\"axis\": [1, 2, 3, 4, 5] | \"axis\": null | schema.modalities.bands.axis",
                "\"derivative\": 1 | \"derivative\": null | schema.modalities.bands.treatments[1].derivative",
                ", \"derivative\": 1 | '' | schema.modalities.bands.treatments[1].derivative",
                "\"minimum\": -1, | '' | schema.heads.wear.minimum",
                "\"maximum\": 2.5 | \"maximum\": 2.5, \"median\": 1 | schema.heads.wear.median",
                "\"name\": \"rig\", | \"name\": \"rig\", \"extra\": 1, | schema.extra",
                "\"kind\": \"signal\" | \"kind\": \"smell\" | schema.modalities.pumps",
                "\"hertz\": 1.5 | \"hertz\": \"fast\" | schema.modalities.pumps.hertz"
            })
    void missingNullAndUnknownJsonFieldsAreRefusedByPath(String part, String broken, String field) {
        assertThat(RIG).contains(part);
        refused(field, () -> Schema.parse(RIG.replace(part, broken)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "{}", "\"article\"", "{\"name\": \"a\"} {}"})
    void whatIsNoSchemaAtAllIsRefused(String json) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> Schema.parse(json));
    }

    @Test
    void countsHaveLimits() {
        Head head = new RegressionHead(0, 1);
        Modality modality = new SignalModality(1, 2, 1, List.of(0.0), List.of(1.0));
        refused("schema.modalities", () -> new Schema("s", Map.of(), Map.of("h", head)));
        refused("schema.heads", () -> new Schema("s", Map.of("m", modality), Map.of()));
        Map<String, Head> many =
                IntStream.range(0, 65).boxed().collect(Collectors.toMap(i -> "h" + i, _ -> head));
        refused("schema.heads", () -> new Schema("s", Map.of("m", modality), many));
        refused(
                "classification.classes",
                () ->
                        new ClassificationHead(
                                IntStream.range(0, 1025).mapToObj(i -> "c" + i).toList()));
        refused(
                "vector.axis",
                () -> new VectorModality("nm", Collections.nCopies(4097, 1.0), List.of()));
    }

    private static void refused(String field, ThrowingCallable call) {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.field()).isEqualTo(field));
    }
}

package io.retort.distillation.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.distillation.evaluation.Comparison;
import io.retort.distillation.export.Race;
import io.retort.distillation.export.Variant;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Curve;
import io.retort.distillation.gate.Verdict;
import io.retort.distillation.publishing.Artifact;
import io.retort.learning.evaluation.Condition;
import io.retort.learning.evaluation.Difference;
import io.retort.learning.evaluation.Evaluation;
import io.retort.learning.evaluation.Interval;
import io.retort.learning.training.Example;
import io.retort.learning.training.Recipe;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Eight captures of three classes, of which the int8 file gets five right:
///
/// | true  | answered by int8             |
/// |-------|------------------------------|
/// | paper | paper, paper, paper, glass   |
/// | glass | glass, glass, paper          |
/// | evil  | paper                        |
class CardTests {

    /// A class that tries to be markup.
    private static final String EVIL = "<script>alert(1)</script>";

    private static final int[] TRUTHS = {0, 0, 0, 0, 1, 1, 1, 2};
    private static final int[] INT8 = {0, 0, 0, 1, 1, 1, 0, 0};
    private static final int[] TWIN = {0, 1, 1, 1, 1, 0, 0, 0};
    private static final float[] WEAR = {0, 0.25f, 0.5f, 0.5f, 0.25f, 0, 1, 0.5f};

    private final JsonMapper json = JsonMapper.builder().build();

    @TempDir Path folder;

    @Test
    void figuresAreThoseOfTheHandMadeCase() throws IOException {
        JsonNode card = written();

        JsonNode int8 = card.at("/heads/material/int8");
        assertThat(int8.at("/kind").asString()).isEqualTo("classification");
        assertThat(int8.at("/accuracy/value").asDouble()).isEqualTo(5 / 8.0);
        // Wilson: (5/8 + 3.8415/16) / (1 + 3.8415/8) -+ 1.96 / 1.4802 * sqrt(15/64/8 + 3.8415/256)
        assertThat(int8.at("/accuracy/low").asDouble()).isCloseTo(0.3057, within(5e-4));
        assertThat(int8.at("/accuracy/high").asDouble()).isCloseTo(0.8632, within(5e-4));
        assertThat(int8.at("/balancedAccuracy").asDouble())
                .isCloseTo((3 / 4.0 + 2 / 3.0 + 0) / 3, within(1e-12));
        assertThat(int8.at("/confusion/counts").toString()).isEqualTo("[[3,1,0],[1,2,0],[1,0,0]]");
        assertThat(int8.at("/classes/0/precision/value").asDouble()).isEqualTo(3 / 5.0);
        assertThat(int8.at("/classes/0/recall/value").asDouble()).isEqualTo(3 / 4.0);
        assertThat(int8.at("/classes/1/precision/value").asDouble()).isEqualTo(2 / 3.0);
        assertThat(int8.at("/classes/1/recall/value").asDouble()).isEqualTo(2 / 3.0);
        assertThat(int8.at("/classes/2/precision/n").asInt()).isZero();
        assertThat(int8.at("/classes/2/recall/n").asInt()).isEqualTo(1);
        // Every answer has the logits 2, 0, 0: confidence e^2 / (e^2 + 2) = 0.7870.
        assertThat(int8.at("/calibration/expectedCalibrationError").asDouble())
                .isCloseTo(0.7870 - 0.625, within(1e-4));
        assertThat(int8.at("/calibration/bins/11/count").asInt()).isEqualTo(8);
        assertThat(card.at("/heads/material/twin/accuracy/value").asDouble()).isEqualTo(2 / 8.0);
        // Right: fp32 6, twin 2, and the twin is right nowhere else.
        assertThat(card.at("/differences/material/fp32 over twin/interval/value").asDouble())
                .isEqualTo(4 / 8.0);
        assertThat(card.at("/differences/material/int8 over fp32/interval/value").asDouble())
                .isEqualTo(-1 / 8.0);
    }

    @Test
    void regressionErrorsAreThoseOfTheHandMadeCase() throws IOException {
        // Always 0.25 where the truth is WEAR; one answer of 3 is clipped to 1.
        JsonNode int8 = written().at("/heads/wear/int8");

        assertThat(int8.at("/kind").asString()).isEqualTo("regression");
        assertThat(int8.at("/absoluteError/metric").asString()).isEqualTo("mean-absolute-error");
        double sum = 0.25 + 0 + 0.25 + 0.25 + 0 + 0.25 + 0 + 0.25;
        assertThat(int8.at("/absoluteError/value").asDouble()).isCloseTo(sum / 8, within(1e-7));
        assertThat(int8.at("/bias").asDouble()).isCloseTo(-0.25 / 8, within(1e-7));
        assertThat(int8.at("/rootMeanSquare").asDouble())
                .isCloseTo(Math.sqrt(5 * 0.0625 / 8), within(1e-7));
        assertThat(int8.at("/largestError").asDouble()).isEqualTo(0.25);
    }

    @Test
    void capturesOfOneObjectDoNotCountAsSeveral() throws IOException {
        JsonNode single = written();
        assertThat(single.at("/heads/material/int8").has("accuracyByObject")).isFalse();

        List<Example> pairs = examples().stream().map(e -> moved(e, "object-" + e.id())).toList();
        Card card = Card.of(subject(), evidence(pairs));

        Marks.Classification int8 = (Marks.Classification) marks(card, "int8");
        Interval byObject = Objects.requireNonNull(int8.accuracyByObject());
        assertThat(byObject.value()).isEqualTo(5 / 8.0);
        assertThat(byObject.n()).isEqualTo(4);
        assertThat(card.samples().heldOutObjects()).isEqualTo(4);
        assertThat(card.use().limits()).anyMatch(limit -> limit.contains("several times"));
        assertThat(card.use().limits()).contains("There is no int8 file: it is slower.");
    }

    @Test
    void limitsAreSaidInWords() throws IOException {
        Card card = Card.of(subject(), evidence(examples()));

        assertThat(card.use().intended().getFirst())
                .isEqualTo(
                        "From rgb of one capture it tells material (one of 3 classes), wear (0.0 to"
                                + " 1.0).");
        assertThat(card.use().intended()).last().asString().contains("annotations alone");
        assertThat(card.use().limits())
                .contains(
                        "It was examined on 8 captures of 8 objects that it never learnt from;"
                                + " another plant, camera or light is another matter.",
                        "material: never recognised on the held-out captures: " + EVIL + " (1).",
                        "material: fewer than 10 held-out captures, so purity and recovery are"
                                + " rough: paper (4), glass (3).",
                        "material: fewer than 5 labelled captures to learn from: paper (4), glass"
                                + " (3), "
                                + EVIL
                                + " (1).",
                        "material: its confidence is too high: it says 78.7\u00A0% on average and is"
                                + " right in 62.5\u00A0%.",
                        "material: blur, as simulated, takes accuracy from 62.5\u00A0% to 25.0\u00A0%.");
    }

    @Test
    void nothingHeldOutIsSaidAndStillMakesACard() throws IOException {
        Card card = Card.of(subject(), evidence(List.of()));
        card.write(folder, json);

        assertThat(card.use().limits().getFirst()).startsWith("No capture was held out");
        assertThat(card.heads()).isEmpty();
        parsed(page());
    }

    @Test
    void thePageIsWellFormedAndAsksNobodyForAnything() throws Exception {
        written();
        String page = page();

        Document document = parsed(page);
        assertThat(document.getElementsByTagName("h1").item(0).getTextContent())
                .isEqualTo("sorter & <b>more</b>");
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(page)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        assertThat(page).doesNotContainPattern("https?://").doesNotContain("url(", "@import");
        NodeList all = document.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            assertThat(element.hasAttribute("href") || element.hasAttribute("style")).isFalse();
            if (element.hasAttribute("src")) {
                assertThat(element.getAttribute("src")).startsWith("data:image/svg+xml;base64,");
            }
        }
    }

    @Test
    void allPicturesAreThere() throws Exception {
        written();

        NodeList images = parsed(page()).getElementsByTagName("img");
        List<String> titles = new ArrayList<>();
        for (int i = 0; i < images.getLength(); i++) {
            Element image = (Element) images.item(i);
            titles.add(image.getAttribute("alt"));
            String data = image.getAttribute("src");
            byte[] svg = Base64.getDecoder().decode(data.substring(data.indexOf(',') + 1));
            Document picture = parsed(new String(svg, StandardCharsets.UTF_8));
            assertThat(picture.getDocumentElement().getTagName()).isEqualTo("svg");
            assertThat(picture.getElementsByTagName("path").getLength()).isGreaterThan(5);
            Matcher links =
                    Pattern.compile("href=\"(?!#)")
                            .matcher(new String(svg, StandardCharsets.UTF_8));
            assertThat(links.find()).isFalse();
        }
        assertThat(titles)
                .containsExactly(
                        "material, which class was taken for which",
                        "material, purity and recovery of each class",
                        "material, whether confidence means what it says",
                        "material, by condition",
                        "wear, by condition",
                        "Candidates",
                        "Gain over the twin",
                        "material, by number of labels",
                        "wear, by number of labels",
                        "Loss by epoch");
    }

    @Test
    void whatXmlForbidsIsReplaced() {
        assertThat(Html.escaped("a\u0000b\uD800c & \"d\" 'e' <f>"))
                .isEqualTo("a?b?c &amp; &quot;d&quot; &#39;e&#39; &lt;f&gt;");
        assertThat(Html.escaped("Grüße \uD83D\uDE00")).isEqualTo("Grüße \uD83D\uDE00");
    }

    private JsonNode written() throws IOException {
        Map<String, Artifact> written =
                Card.of(subject(), evidence(examples())).write(folder, json);
        assertThat(written).containsOnlyKeys("card.json", "card.html");
        return json.readTree(Files.readAllBytes(folder.resolve("card.json")));
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("card.html"));
    }

    private static Marks marks(Card card, String model) {
        return Objects.requireNonNull(card.heads().getOrDefault("material", Map.of()).get(model));
    }

    private static Document parsed(String xml) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        } catch (Exception e) {
            throw new AssertionError(xml, e);
        }
    }

    private static Schema schema() {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(List.of("paper", "glass", EVIL)));
        heads.put("wear", new RegressionHead(0, 1));
        return new Schema(
                "plant",
                Map.of(
                        "rgb",
                        new ImageModality(
                                3, 1, 1, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0))),
                heads);
    }

    private static List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < TRUTHS.length; i++) {
            examples.add(
                    new Example(
                            Integer.toString(i / 2),
                            "object-" + i,
                            Map.of("rgb", new float[3]),
                            Map.of("material", (float) TRUTHS[i], "wear", WEAR[i]),
                            null));
        }
        return examples;
    }

    private static Example moved(Example example, String group) {
        return new Example(
                example.id(), group, example.inputs(), example.targets(), example.knowledge());
    }

    private static List<Map<String, float[]>> answers(int size, int... classes) {
        List<Map<String, float[]>> answers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            float[] logits = new float[3];
            logits[classes[i]] = 2;
            answers.add(Map.of("material", logits, "wear", new float[] {i == 6 ? 3 : 0.25f}));
        }
        return answers;
    }

    private static Evidence evidence(List<Example> heldOut) {
        int size = heldOut.size();
        Map<String, List<Map<String, float[]>>> answers = new LinkedHashMap<>();
        // Right where int8 is, and on the first glass that int8 took for paper.
        answers.put("fp32", answers(size, 0, 0, 0, 1, 1, 1, 1, 0));
        answers.put("int8", answers(size, INT8));
        answers.put("twin", answers(size, TWIN));
        Map<Condition, Map<String, Evaluation>> slices = new EnumMap<>(Condition.class);
        for (Condition condition : Condition.values()) {
            int[] classes = condition == Condition.BLUR ? TWIN : INT8;
            Evaluation slice = Evaluation.of(schema(), heldOut, answers(size, classes));
            slices.put(condition, Map.of("fp32", slice, "int8", slice));
        }
        Curve curve =
                new Curve(
                        List.of(
                                new Curve.Point(1, 1.1, 1e-3),
                                new Curve.Point(2, 0.7, 1e-3),
                                new Curve.Point(3, 0.5, 1e-3)));
        return new Evidence(
                schema(),
                examples(),
                heldOut,
                answers,
                slices,
                List.of(
                        new Budget(
                                0.5, 4, 4, Evaluation.of(schema(), heldOut, answers(size, TWIN)))),
                Map.of("twin", curve));
    }

    private static Subject subject() {
        List<Example> heldOut = examples();
        Evaluation int8 = Evaluation.of(schema(), heldOut, answers(8, INT8));
        Evaluation twin = Evaluation.of(schema(), heldOut, answers(8, TWIN));
        Recipe recipe = Recipe.preset("default");
        Interval mark = new Interval(0.5, 0.3, 0.7, 8);
        Verdict gate =
                new Verdict(
                        "twin",
                        "nothing safe was better than the twin",
                        List.of(
                                new Verdict.Compared(
                                        "twin",
                                        Candidate.Way.TWIN,
                                        Recipe.annotations(),
                                        mark,
                                        null,
                                        true),
                                new Verdict.Compared(
                                        "default",
                                        Candidate.Way.DISTILLED,
                                        recipe,
                                        mark,
                                        new Difference(new Interval(-0.02, -0.1, 0.06, 8), 0.6),
                                        false)));
        return new Subject(
                "sorter & <b>more</b>",
                "retort-plain",
                List.of("ab".repeat(32)),
                gate,
                new Comparison(
                        8, int8, int8, int8, twin, Evaluation.constant(schema(), heldOut, heldOut)),
                1000,
                20000,
                new Artifact("fp32.onnx", "0".repeat(64), 4000),
                new Artifact("int8.onnx", "1".repeat(64), 1000),
                List.of(
                        new VariantVerdict(
                                Variant.INT8,
                                "mse",
                                1000,
                                Map.of(),
                                90,
                                new Race.Pace(0.8, 0.9, 1, 20),
                                "it is slower")),
                1e-6,
                JsonMapper.builder()
                        .build()
                        .readTree("{\"snapshot\": \"5a\", \"seed\": 7, \"gate\": {}}"));
    }
}

package io.retort.distillation.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retort.distillation.chart.Svg;
import io.retort.learning.architecture.WeightBytes;
import io.retort.learning.evaluation.Interval;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class FrontChartTests {

    private static final String BLUE = "rgb(68,119,170)";
    private static final String GREY = "rgb(153,153,153)";

    @BeforeEach
    void needFonts() {
        assumeTrue(Svg.possible(), "Java finds no fonts here");
    }

    @Test
    void bothCostsAreAPanelOfOnePicture() throws Exception {
        Element picture = parsed(FrontChart.of(List.of(row("best", 0.9, 3_000_000, 50, true))));

        assertThat(picture.getTagName()).isEqualTo("svg");
        assertThat(picture.getElementsByTagName("svg").getLength()).isEqualTo(2);
        assertThat(picture.getAttribute("height")).isEqualTo("840");
    }

    @Test
    void whoIsBeatenIsGreyAndTheFrontIsNot() {
        Row best = row("best", 0.9, 3_000_000, 50, true);
        Row cheap = row("cheap", 0.8, 1_000, 20, true);
        Row beaten = row("beaten", 0.5, 5_000_000, 90, false);
        Row failed = new Row.Failed(new Candidate("failed", 16), "too small");

        assertThat(FrontChart.of(List.of(best, failed, cheap))).contains(BLUE).doesNotContain(GREY);
        assertThat(FrontChart.of(List.of(best, beaten, failed))).contains(BLUE, GREY);
    }

    @Test
    void anErrorOfAnySizeFits() throws Exception {
        parsed(FrontChart.of(List.of(row("far", 1_200, 10, 10, true))));
    }

    @Test
    void nothingMeasuredIsNothingToDraw() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        FrontChart.of(List.of(new Row.Failed(new Candidate("a", null), "why"))))
                .withMessage("no student was measured");
    }

    private static Element parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getDocumentElement();
    }

    private static Row row(String student, double score, long macs, double micros, boolean front) {
        Interval interval = new Interval(score, 0.9 * score, 1.1 * score, 100);
        return new Row.Measured(
                new Candidate(student, 32),
                "accuracy",
                interval,
                interval,
                1,
                macs,
                new WeightBytes(4, 1),
                5,
                2,
                micros,
                front,
                front);
    }
}

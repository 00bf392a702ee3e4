package io.retort.distillation.chart;

import java.awt.Dimension;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.StringWriter;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.internal.chartpart.Chart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;

/// A chart as SVG. Text becomes outlines, so that it looks the same wherever the page is read, and
/// nobody's names become markup.
public final class Svg {

    private static final Logger LOG = LoggerFactory.getLogger(Svg.class);

    private static final String NAMESPACE = "http://www.w3.org/2000/svg";

    /// Hundredths of a pixel.
    private static final int DIGITS = 2;

    /// Why nothing can be drawn here; null where it can.
    private static final @Nullable String PROBLEM = problem();

    private Svg() {}

    /// Where Java finds no font it cannot draw, and whoever wanted a picture does without.
    public static boolean possible() {
        return PROBLEM == null;
    }

    /// The `svg` element, without a prologue.
    public static String of(Chart<?, ?> chart) {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
        context.setPrecision(DIGITS);
        context.setComment("");
        SVGGraphics2D graphics = new SVGGraphics2D(context, true);
        graphics.setSVGCanvasSize(new Dimension(chart.getWidth(), chart.getHeight()));
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        StringWriter svg = new StringWriter();
        try {
            graphics.stream(svg, true);
        } catch (SVGGraphics2DIOException e) {
            throw new IllegalStateException(e);
        }
        return svg.getBuffer().substring(svg.getBuffer().indexOf("<svg"));
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(NAMESPACE, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable String problem() {
        try {
            new Font(Font.SANS_SERIF, Font.PLAIN, 12)
                    .createGlyphVector(new FontRenderContext(null, true, true), "Retort")
                    .getOutline();
            return null;
        } catch (RuntimeException | Error e) {
            // Java says it with a plain Error, or lacks the classes.
            LOG.warn(
                    "There will be no pictures: Java finds no fonts here (on Debian, apt-get install"
                            + " fontconfig fonts-dejavu-core)",
                    e);
            return String.valueOf(e.getMessage());
        }
    }
}

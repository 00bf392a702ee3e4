package io.retort.preprocessing;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the edges that summaries encode statistics between: quantiles over captures to learn from,
/// so that each part holds as many of them.
public final class Summaries {

    private static final int WINDOWS = 6;

    /// Parts of a statistic: signals come by the thousand, and differ by little on a wide range.
    private static final int SIGNAL_PARTS = 32;

    /// Parts of a statistic of pictures, of which a plant may have a hundred.
    private static final int IMAGE_PARTS = 8;

    /// Channels whose differences are summarised too; of more there would be too many.
    private static final int COMPARED = 8;

    private Summaries() {}

    /// @param values channels x steps, of each capture
    /// @throws io.retort.contract.InvalidRecordException where nothing varies
    public static SignalSummaryModality signal(
            int channels, int steps, double hertz, List<double[]> values) {
        boolean differences = channels <= COMPARED;
        int windows = Math.min(WINDOWS, steps);
        List<double[]> statistics =
                values.stream()
                        .map(own -> SignalStatistics.of(own, channels, windows, differences))
                        .toList();
        return new SignalSummaryModality(
                channels,
                steps,
                hertz,
                windows,
                differences,
                edges(
                        statistics,
                        SignalSummaryModality.statistics(channels, windows, differences),
                        SIGNAL_PARTS));
    }

    /// The schema with every image summarised, at the size that the schema gives it.
    ///
    /// @throws io.retort.contract.InvalidRecordException where a payload does not fit, or nothing
    ///   of an image varies
    public static Schema ofImages(Schema schema, Iterable<Capture> captures) {
        Map<String, Modality> modalities = new LinkedHashMap<>(schema.modalities());
        modalities.replaceAll((name, modality) ->
                modality instanceof ImageModality image ? image(name, image, captures) : modality);
        return new Schema(schema.name(), modalities, schema.heads());
    }

    private static ImageSummaryModality image(
            String name, ImageModality image, Iterable<Capture> captures) {
        UnnormalisedImage picture =
                new UnnormalisedImage(
                        "modalities[" + name + "]",
                        image.channels(),
                        image.height(),
                        image.width(),
                        image.scale());
        List<double[]> statistics = new ArrayList<>();
        for (Capture capture : captures) {
            Payload payload = capture.getModalitiesMap().get(name);
            if (payload != null) {
                statistics.add(picture.statistics(payload));
            }
        }
        return new ImageSummaryModality(
                image.channels(),
                image.height(),
                image.width(),
                image.scale(),
                edges(statistics, ImageSummaryModality.statistics(image.channels()), IMAGE_PARTS));
    }

    private static List<List<Double>> edges(List<double[]> rows, int statistics, int parts) {
        List<List<Double>> edges = new ArrayList<>();
        for (int i = 0; i < statistics; i++) {
            int own = i;
            edges.add(Quantiles.edges(rows.stream().mapToDouble(row -> row[own]).toArray(), parts));
        }
        return edges;
    }
}

package io.retort.contract.schema;

import java.util.List;

/// What statistics say of the object in a picture, for students of few captures: size, outline and
/// colours, each encoded piecewise linearly between its [Edges].
///
/// The picture is decoded, resized and scaled as an [ImageModality]'s is; `preprocessing` says
/// which statistics follow.
///
/// @param channels 3 for colour, 1 for grey
/// @param height in pixels
/// @param width in pixels
/// @param scale of a sample, such as 1/255
/// @param edges for each statistic, ascending; a statistic without edges is left out
public record ImageSummaryModality(
        int channels, int height, int width, double scale, List<List<Double>> edges)
        implements Modality {

    /// Of the object's outline.
    private static final int OUTLINE = 10;

    /// Of brightness and its gradient.
    private static final int GREY = 10;

    /// Of colour alone.
    private static final int COLOUR = 11;

    public ImageSummaryModality {
        ImageModality.requireShape("image-summary", channels, height, width, scale);
        edges = Edges.checked("image-summary.edges", edges, statistics(channels));
    }

    public static int statistics(int channels) {
        return OUTLINE + GREY + (channels == 3 ? COLOUR : 0);
    }

    @Override
    public TensorShape shape() {
        return new TensorShape(1, 1, Edges.width(edges));
    }
}

package io.retort.distillation.jobs;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import io.retort.distillation.training.SweepOrder;
import io.retort.learning.architecture.Architectures;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A [SweepOrder] as it is ordered: what is left out is as usual. Fields that a [JobRequest] has
/// too are the same.
///
/// @param modalities that students see; needed
/// @param students names in the family, usually all of it
/// @param imageSides largest sides of images, usually the schema's and half of it
/// @param head whose figure decides, usually the first classification
/// @param recipe a preset's name or a recipe; usually `default`
/// @param workers threads that train side by side, usually as many as the service has
record SweepRequest(
        @Nullable Map<String, Object> schema,
        @Nullable List<String> modalities,
        @Nullable Map<String, Object> heldOut,
        @Nullable List<String> students,
        @Nullable List<Integer> imageSides,
        @Nullable String head,
        @Nullable Map<String, Object> settings,
        @Nullable Object recipe,
        @Nullable Integer workers,
        @Nullable String teacher) {

    private static final int SMALLEST_SIDE = 16;
    private static final int LARGEST_SIDE = 512;

    /// @throws InvalidRecordException naming the field whose value is not allowed
    /// @throws InvalidRequestException naming the field that is unknown or of the wrong type
    SweepOrder order() {
        if (modalities == null) {
            throw new InvalidRecordException("modalities", "is missing");
        }
        Schema whole = Given.schema(schema);
        return new SweepOrder(
                whole,
                modalities,
                Given.heldOut(heldOut),
                students == null ? Architectures.names() : students,
                imageSides == null ? usualSides(whole, modalities) : imageSides,
                head,
                Given.settings(settings),
                Given.recipe(recipe),
                workers,
                teacher);
    }

    /// None where there is no image, or one too small or large to be resized.
    private static List<Integer> usualSides(Schema schema, List<String> modalities) {
        int longest =
                modalities.stream()
                        .map(schema::modality)
                        .filter(ImageModality.class::isInstance)
                        .map(ImageModality.class::cast)
                        .mapToInt(image -> Math.max(image.height(), image.width()))
                        .max()
                        .orElse(0);
        return IntStream.of(longest / 2, longest)
                .filter(side -> side >= SMALLEST_SIDE && side <= LARGEST_SIDE)
                .boxed()
                .toList();
    }
}

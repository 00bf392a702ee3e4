package io.retort.distillation.jobs;

import io.retort.contract.InvalidRecordException;
import io.retort.distillation.card.CardSettings;
import io.retort.distillation.gate.GateSettings;
import io.retort.distillation.training.Plan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A [Plan] as it is ordered: what is left out is as usual.
///
/// @param model name in the registry; needed
/// @param schema usually the article's
/// @param modalities that the student sees; needed
/// @param heldOut `groups` and `share` of [HeldOut], usually a fifth; one alone leaves the other
///   empty
/// @param settings any of [TrainingSettings], usually [TrainingSettings#student()]
/// @param student name of the family's member, usually `retort-plain`
/// @param imageSide largest side of the student's images, usually the schema's
/// @param recipe a preset's name, a [Recipe], or `auto`, which is the preset `default` with each
///   term judged; usually `default`
/// @param gate any of [GateSettings]; usually enforced, with as many rounds as the labels need
/// @param warmStart whose student's encoders this one starts from: an earlier job's id, a release
///   as `model@version`, or the same as `{"model": ..., "version": ...}`
/// @param card any of [CardSettings]
/// @param alias moved to the new version; usually none
/// @param teacher version whose soft targets alone are learnt from; usually every teacher's
record JobRequest(
        @Nullable String model,
        @Nullable Map<String, Object> schema,
        @Nullable List<String> modalities,
        @Nullable Map<String, Object> heldOut,
        @Nullable Map<String, Object> settings,
        @Nullable String student,
        @Nullable Integer imageSide,
        @Nullable Object recipe,
        @Nullable Map<String, Object> gate,
        @Nullable Object warmStart,
        @Nullable Map<String, Object> card,
        @Nullable String alias,
        @Nullable String teacher) {

    private static final String AUTO = "auto";

    /// @throws InvalidRecordException naming the field whose value is not allowed
    /// @throws InvalidRequestException naming the field that is unknown or of the wrong type
    Plan plan() {
        if (model == null) {
            throw new InvalidRecordException("model", "is missing");
        }
        if (modalities == null) {
            throw new InvalidRecordException("modalities", "is missing");
        }
        return new Plan(
                model,
                Given.schema(schema),
                modalities,
                Given.heldOut(heldOut),
                student == null ? "retort-plain" : student,
                imageSide,
                Given.settings(settings),
                Given.recipe(AUTO.equals(recipe) ? null : recipe),
                AUTO.equals(recipe),
                gate == null ? null : Given.over(GateSettings.usual(), "gate", gate),
                readWarmStart(),
                Given.over(CardSettings.usual(), "card", card),
                alias,
                teacher);
    }

    private @Nullable String readWarmStart() {
        return switch (warmStart) {
            case null -> null;
            case String text -> text;
            case Map<?, ?> release -> {
                if (!release.keySet().equals(Set.of("model", "version"))) {
                    throw new InvalidRecordException(
                            "warmStart", "has %s, needs model and version".formatted(release));
                }
                yield release.get("model") + "@" + release.get("version");
            }
            default ->
                    throw new InvalidRecordException(
                            "warmStart",
                            "'%s' is neither a job's id nor model@version".formatted(warmStart));
        };
    }
}

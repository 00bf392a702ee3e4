package io.retort.distillation.training;

import io.retort.distillation.export.Captures;
import io.retort.distillation.export.Export;
import io.retort.distillation.export.Exported;
import io.retort.distillation.export.FineTuning;
import io.retort.distillation.export.LayerSearch;
import io.retort.distillation.export.Quantization;
import io.retort.distillation.export.Spread;
import io.retort.distillation.export.Variant;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Course;
import io.retort.distillation.progress.Run;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A student's files: written, judged, and int8 fine-tuned where it loses too much.
final class Variants {

    /// Of a second int8 file, below the job's.
    private static final String TUNED = "tuned";

    private final Course course;
    private final DistillationSettings settings;
    private final Map<String, String> metadata;
    private final Material material;
    private final Run run;

    /// @param metadata that all files carry
    Variants(
            Course course,
            DistillationSettings settings,
            Map<String, String> metadata,
            Material material,
            Run run) {
        this.course = course;
        this.settings = settings;
        this.metadata = metadata;
        this.material = material;
        this.run = run;
    }

    /// @param verdicts one for each file but fp32
    record Judged(Exported exported, List<VariantVerdict> verdicts) {}

    /// @param folder that the files are left in
    Judged write(Weights student, Path folder) throws IOException {
        Captures captures = captures();
        Exported exported =
                Export.write(
                        course.architecture(),
                        student,
                        course.schema(),
                        metadata,
                        captures,
                        quantization(student),
                        settings.variants().further(),
                        folder);
        Judged judged = judged(exported);
        if (settings.variants().tuning() == 0 || !int8Drops(judged)) {
            return judged;
        }
        return better(judged, tuned(exported, student, captures, folder), folder);
    }

    private Judged judged(Exported exported) throws IOException {
        return new Judged(
                exported,
                settings.variants()
                        .gate()
                        .judge(exported, course.schema(), examined(), (_, _) -> run.check()));
    }

    private boolean int8Drops(Judged judged) {
        return judged.verdicts().stream()
                .filter(verdict -> verdict.variant() == Variant.INT8)
                .anyMatch(settings.variants().gate()::drops);
    }

    private Exported tuned(Exported exported, Weights student, Captures captures, Path folder)
            throws IOException {
        int epochs = (int) Math.ceil(settings.variants().tuning() * course.settings().epochs());
        Weights tuned =
                new FineTuning(
                                course.architecture(),
                                course.schema(),
                                course.settings().withEpochs(epochs),
                                exported.quantization())
                        .run(
                                student,
                                material.training(),
                                captures.calibration(),
                                run::epoch,
                                run::cancelled);
        return Export.tuned(
                exported,
                course.architecture(),
                tuned,
                course.schema(),
                metadata,
                captures,
                folder.resolve(TUNED));
    }

    /// The fine-tuned file takes the other's place where it loses less than it may.
    private Judged better(Judged before, Exported tuned, Path folder) throws IOException {
        Judged after = judged(tuned);
        if (int8Drops(after)) {
            Files.delete(tuned.int8());
            Files.delete(folder.resolve(TUNED));
            return before;
        }
        Path place = before.exported().int8();
        Files.move(tuned.int8(), place, StandardCopyOption.REPLACE_EXISTING);
        Files.delete(folder.resolve(TUNED));
        Map<Variant, Path> files = new EnumMap<>(tuned.files());
        files.put(Variant.INT8, place);
        return new Judged(
                new Exported(files, tuned.quantization(), tuned.parityMaxAbsDiff()),
                after.verdicts());
    }

    private Captures captures() {
        List<Example> training = material.training();
        return new Captures(
                Spread.inputs(training, settings.calibration()),
                withGaps(Spread.inputs(training, settings.parity())),
                examined().stream().map(Example::inputs).toList(),
                !material.heldOut().isEmpty());
    }

    /// Where nothing is held out, what was learnt from must do.
    private List<Example> examined() {
        return material.heldOut().isEmpty() ? material.training() : material.heldOut();
    }

    /// How int8 is made: as usual, or as a search on this machine finds best.
    private Quantization quantization(Weights student) throws IOException {
        VariantSettings variants = settings.variants();
        if (variants.search().isZero()) {
            return Quantization.usual(course.architecture(), variants.target())
                    .calibrated(variants.calibrator());
        }
        return LayerSearch.run(
                        course.architecture(),
                        student,
                        Spread.inputs(material.training(), settings.calibration()),
                        variants.target(),
                        variants.limits(),
                        new LayerSearch.Watch(_ -> {}, run::cancelled))
                .quantization();
    }

    /// Every other capture loses one of its modalities in turn, as sensors fail; one always stays.
    static List<Map<String, float[]>> withGaps(List<Map<String, float[]>> inputs) {
        List<Map<String, float[]>> withGaps = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            Map<String, float[]> kept = new LinkedHashMap<>(inputs.get(i));
            if (i % 2 == 1 && kept.size() > 1) {
                List<String> names = List.copyOf(kept.keySet());
                kept.remove(names.get(i / 2 % names.size()));
            }
            withGaps.add(kept);
        }
        return withGaps;
    }
}

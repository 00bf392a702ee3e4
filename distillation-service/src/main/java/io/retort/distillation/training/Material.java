package io.retort.distillation.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.distillation.progress.Run;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.samples.Sample;
import io.retort.learning.training.Example;
import io.retort.learning.training.Term;
import io.retort.preprocessing.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What one job learns from and is examined on. No group is on both sides.
///
/// @param schema as the student sees it
/// @param samples behind the examples of both sides
/// @param training not held out, with a label or a soft target
/// @param learnt those of them that the recipe's terms apply to
/// @param heldOut with a label
/// @param rejected do not fit the schema
/// @param unused fit, but carry nothing to learn from or to be examined by
/// @param teachers versions of the soft targets on the training side
/// @param exposures of those soft targets
record Material(
        Schema schema,
        List<Sample> samples,
        List<Example> training,
        List<Example> learnt,
        List<Example> heldOut,
        List<Rejection> rejected,
        int unused,
        SortedSet<String> teachers,
        Exposures exposures) {

    /// Turns every payload into a tensor, so that a sample is either fit for all that follows or
    /// listed here.
    ///
    /// @param seen the order's schema as students see it, at any image size
    static Material of(List<Sample> found, Order order, Schema seen, Run run) {
        Preprocessing preprocessing = new Preprocessing(seen);
        List<Sample> samples = new ArrayList<>();
        List<Example> training = new ArrayList<>();
        List<Example> heldOut = new ArrayList<>();
        List<Rejection> rejected = new ArrayList<>();
        SortedSet<String> teachers = new TreeSet<>();
        Exposures exposures = Exposures.NONE;
        int unused = 0;
        for (Sample any : found) {
            run.check();
            Sample sample = taught(any, order.teacher());
            boolean examines = order.heldOut().contains(sample.group());
            try {
                Example example = Example.of(sample, preprocessing);
                if (example.inputs().isEmpty()) {
                    throw new InvalidRecordException(
                            "modalities", "carries none of " + seen.modalities().keySet());
                }
                if (!example.labelled() && (examines || example.knowledge() == null)) {
                    unused++;
                    continue;
                }
                samples.add(sample);
                (examines ? heldOut : training).add(example);
                if (!examines && sample.softTarget() != null) {
                    teachers.add(sample.softTarget().getTeacherVersion());
                    exposures =
                            exposures.and(sample.softTarget().getExposure(), example.labelled());
                }
            } catch (InvalidRecordException e) {
                rejected.add(new Rejection(sample.id(), String.valueOf(e.getMessage())));
            }
        }
        return new Material(
                seen,
                samples,
                training,
                training.stream().filter(order.recipe()::learnsFrom).toList(),
                heldOut,
                rejected,
                unused,
                teachers,
                exposures);
    }

    /// The schema as a student of the family sees it: some see statistics of images, which are
    /// encoded between quantiles over the training side.
    static Schema seen(String student, Schema schema, List<Sample> samples, Order order) {
        return Architectures.seenBy(
                student,
                schema,
                samples.stream()
                        .filter(sample -> !order.heldOut().contains(sample.group()))
                        .map(Sample::capture)
                        .toList());
    }

    /// The same samples as a student of the family sees them.
    Material seenBy(String student, Order order, Run run) {
        Schema seen = seen(student, schema, samples, order);
        if (seen.equals(schema)) {
            return this;
        }
        Material again = of(samples, order, seen, run);
        return new Material(
                seen,
                samples,
                again.training,
                again.learnt,
                again.heldOut,
                rejected,
                unused,
                teachers,
                exposures);
    }

    /// Throws unless there is something to learn, something to distil, and something to be examined
    /// on where groups are held out.
    void requireEnough(Order order) {
        boolean distils = order.recipe().terms().stream().anyMatch(Material::needsTeacher);
        if (distils && teachers.isEmpty()) {
            throw new IllegalStateException(
                    "no capture of schema %s to learn from has a soft target%s%s"
                            .formatted(
                                    order.schema().name(),
                                    order.teacher() == null ? "" : " of teacher " + order.teacher(),
                                    reasons()));
        }
        if (learnt.size() < 2) {
            throw new IllegalStateException(
                    "%d captures of schema %s can be learnt from, at least 2 are needed%s"
                            .formatted(learnt.size(), order.schema().name(), reasons()));
        }
        if (heldOut.isEmpty() && order.heldOut().any()) {
            throw new IllegalStateException(
                    "no held-out capture is labelled, so nothing could say how good the model is");
        }
    }

    private static boolean needsTeacher(Term term) {
        return !(term instanceof Term.Annotations);
    }

    /// Training examples that somebody labelled.
    List<Example> labelled() {
        return training.stream().filter(Example::labelled).toList();
    }

    /// Training examples that a teacher scored.
    int taught() {
        return (int) training.stream().filter(e -> e.knowledge() != null).count();
    }

    private String reasons() {
        return rejected.isEmpty()
                ? ""
                : "; %d do not fit the schema, the first: %s %s"
                        .formatted(
                                rejected.size(),
                                rejected.getFirst().id(),
                                rejected.getFirst().problem());
    }

    private static Sample taught(Sample sample, @Nullable String teacher) {
        return teacher == null
                        || sample.softTarget() == null
                        || sample.softTarget().getTeacherVersion().equals(teacher)
                ? sample
                : new Sample(sample.capture(), sample.labels(), null);
    }
}

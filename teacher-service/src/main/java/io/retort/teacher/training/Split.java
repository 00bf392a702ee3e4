package io.retort.teacher.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.samples.Sample;
import io.retort.learning.samples.SampleStore;
import io.retort.learning.training.Example;
import io.retort.preprocessing.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/// The annotated captures of a schema, ready to learn from, and those that are held out. A capture
/// that does not fit the schema is on neither side.
record Split(List<Example> training, List<Example> heldOut, Teacher.Samples samples) {

    static Split of(
            SampleStore store,
            Schema schema,
            HeldOut heldOut,
            TeachersSettings settings,
            BooleanSupplier cancelled) {
        Preprocessing preprocessing = new Preprocessing(schema);
        List<Example> training = new ArrayList<>();
        List<Example> evaluation = new ArrayList<>();
        List<Teacher.LeftOut> first = new ArrayList<>();
        int leftOut = 0;
        long bytes = 0;
        for (String id : store.captureIds(schema.name())) {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("cancelled while captures were read");
            }
            Optional<Sample> sample = store.sample(id).filter(s -> !s.labels().isEmpty());
            if (sample.isEmpty()) {
                continue;
            }
            try {
                Example example = Example.of(sample.get(), preprocessing);
                if (example.inputs().isEmpty()) {
                    throw new InvalidRecordException(
                            "modalities",
                            "the capture carries none of " + schema.modalities().keySet());
                }
                if (example.labelled()) {
                    (heldOut.contains(example.group()) ? evaluation : training).add(example);
                    bytes += example.inputs().values().stream().mapToLong(t -> 4L * t.length).sum();
                }
            } catch (InvalidRecordException e) {
                leftOut++;
                if (first.size() < settings.longestList()) {
                    first.add(Teacher.LeftOut.of(id, e));
                }
            }
            if (bytes > settings.largestTensors().toBytes()) {
                throw new IllegalStateException(
                        "the annotated captures take more than %s as tensors: annotate fewer,"
                                        .formatted(settings.largestTensors())
                                + " shrink the schema's images, or raise"
                                + " retort.teachers.largest-tensors");
            }
        }
        return new Split(
                training,
                evaluation,
                new Teacher.Samples(training.size(), evaluation.size(), leftOut, first));
    }
}

package io.retort.fleet.bench;

import io.retort.contract.schema.Schema;
import io.retort.distillation.gate.Candidate;
import io.retort.distillation.gate.Course;
import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.dataset.Dataset;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.Sample;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import io.retort.learning.training.Recipe;
import io.retort.learning.training.TrainingSettings;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// How fast students are trained when the teacher's answers are kept, and when it is asked again
/// for every image of every epoch.
record ThroughputBench(
        String name,
        Dataset dataset,
        List<String> student,
        String network,
        TrainingSettings settings) {

    private static final int IMAGES = 256;

    /// Images per second of the student's training with the teacher's answers kept, against asking
    /// one of the teacher's networks for every image of every epoch; in turns.
    List<Row> run(int epochs, int turns) throws IOException {
        Schema seen =
                Architectures.seenBy(
                        network,
                        dataset.schema().select(student),
                        () -> dataset.items().limit(IMAGES).map(Dataset.Item::capture).iterator());
        Schema known = dataset.schema();
        Preprocessing students = new Preprocessing(seen);
        Preprocessing teachers = new Preprocessing(known);
        List<Example> material = new ArrayList<>();
        List<Map<String, float[]>> inputs = new ArrayList<>();
        Architecture teacher = Architectures.teacher(known);
        dataset.items()
                .limit(IMAGES)
                .forEach(item -> {
                    Sample sample = new Sample(item.capture(), item.labels(), null);
                    material.add(Example.of(sample, students));
                    inputs.add(Example.of(sample, teachers).inputs());
                });
        double[] cached = new double[turns];
        double[] asked = new double[turns];
        List<Double> resident = new ArrayList<>();
        try (MultimodalModel model = new MultimodalModel(teacher, Weights.initial(teacher, 1))) {
            List<Example> taught = taught(material, model, inputs);
            Course course =
                    new Course(
                            Architectures.student(seen, network),
                            seen,
                            settings.withEpochs(1).withMinimumSteps(1),
                            null);
            Candidate candidate = Candidate.distilled(Recipe.preset("default"));
            for (int turn = -1; turn < turns; turn++) {
                long started = System.nanoTime();
                for (int epoch = 0; epoch < epochs; epoch++) {
                    course.train(candidate, taught, null, Course.Watch.NONE);
                }
                long between = System.nanoTime();
                for (int epoch = 0; epoch < epochs; epoch++) {
                    course.train(
                            candidate, taught(material, model, inputs), null, Course.Watch.NONE);
                }
                double images = (double) epochs * taught.size();
                if (turn >= 0) {
                    cached[turn] = images / ((between - started) / 1e9);
                    asked[turn] = images / ((System.nanoTime() - between) / 1e9);
                    resident.add(resident());
                }
            }
        }
        Arrays.sort(cached);
        Arrays.sort(asked);
        String path = name + "/training";
        return List.of(
                spread(path + "/cached soft targets", cached),
                spread(path + "/teacher in the loop", asked),
                Row.of(
                        path + "/cached soft targets",
                        "speed-up",
                        cached[turns / 2] / asked[turns / 2],
                        turns,
                        "x teacher in the loop"),
                Row.of(
                        path,
                        "resident memory growth",
                        resident.getLast() - resident.getFirst(),
                        turns,
                        "MB"));
    }

    private static Row spread(String name, double[] sorted) {
        return new Row(
                name,
                "images (least, most)",
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1],
                sorted.length,
                "1/s");
    }

    private static List<Example> taught(
            List<Example> material, MultimodalModel teacher, List<Map<String, float[]>> inputs) {
        var predictions = teacher.predict(inputs);
        List<Example> taught = new ArrayList<>();
        for (int i = 0; i < material.size(); i++) {
            taught.add(material.get(i).taught(Knowledge.of(predictions.get(i))));
        }
        return taught;
    }

    /// MB in memory; 0 where the system does not say.
    private static double resident() throws IOException {
        Path statm = Path.of("/proc/self/statm");
        System.gc();
        return Files.isReadable(statm)
                ? Long.parseLong(Files.readString(statm).split(" ")[1]) * 4096 / 1e6
                : 0;
    }
}

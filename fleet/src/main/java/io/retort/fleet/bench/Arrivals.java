package io.retort.fleet.bench;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.Schema;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.LabelBudget;
import io.retort.fleet.terminal.Console;
import io.retort.learning.samples.Sample;
import io.retort.learning.training.Example;
import io.retort.preprocessing.Preprocessing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A scenario's captures as they arrive.
///
/// @param schemas of the classes known after each task
/// @param first index of each task's first class, and the number of classes
record Arrivals(
        String head,
        List<Schema> schemas,
        List<Integer> first,
        List<List<Example>> training,
        List<List<Example>> test) {

    static Arrivals read(Scenario scenario, Console console) {
        Dataset dataset = scenario.dataset().get();
        String head = LabelBudget.firstClassification(dataset.schema());
        List<String> classes = ((ClassificationHead) dataset.schema().head(head)).classes();
        List<Schema> schemas = new ArrayList<>();
        List<Integer> first = new ArrayList<>(List.of(0));
        for (int task = 1; task <= scenario.tasks(); task++) {
            first.add(task * classes.size() / scenario.tasks());
            schemas.add(schema(scenario, dataset, head, classes.subList(0, first.getLast())));
        }
        List<List<Example>> training = new ArrayList<>();
        List<List<Example>> test = new ArrayList<>();
        for (int task = 0; task < scenario.tasks(); task++) {
            training.add(new ArrayList<>());
            test.add(new ArrayList<>());
        }
        Preprocessing preprocessing = new Preprocessing(schemas.getLast());
        for (int i = 0; i < dataset.size(); i++) {
            Dataset.Item item = dataset.item(i);
            Example example =
                    Example.of(new Sample(item.capture(), item.labels(), null), preprocessing);
            Float target = example.targets().get(head);
            if (target != null && !example.inputs().isEmpty()) {
                int task = 0;
                while (target >= first.get(task + 1)) {
                    task++;
                }
                (item.fold() == scenario.fold() ? test : training).get(task).add(example);
            }
            console.progress(
                    "%s %d of %d captures of %s"
                            .formatted(
                                    Console.bar(i + 1, dataset.size(), 24),
                                    i + 1,
                                    dataset.size(),
                                    scenario.name()));
        }
        if (test.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException(
                    "%s: a task has no captures in fold %d"
                            .formatted(scenario.name(), scenario.fold()));
        }
        return new Arrivals(head, schemas, first, training, test);
    }

    private static Schema schema(
            Scenario scenario, Dataset dataset, String head, List<String> classes) {
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put(head, new ClassificationHead(classes));
        Schema whole = dataset.schema();
        return new Schema(whole.name(), whole.modalities(), heads)
                .select(scenario.student())
                .resized(scenario.side());
    }

    int tasks() {
        return schemas.size();
    }

    /// Index of the class.
    int target(Example example) {
        return Objects.requireNonNull(example.targets().get(head)).intValue();
    }
}

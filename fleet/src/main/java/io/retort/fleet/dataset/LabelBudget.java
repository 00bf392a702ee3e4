package io.retort.fleet.dataset;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Label;
import io.retort.fleet.dataset.Dataset.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Which training captures an inspector has looked at.
public final class LabelBudget {

    private LabelBudget() {}

    /// Ids of `labels` labelled training entries: one of each class of the first classification
    /// head, if there is one, as far as they reach, the others as chance has it.
    public static Set<String> choose(Schema schema, List<Entry> training, int labels, long seed) {
        List<Entry> shuffled =
                new ArrayList<>(training.stream().filter(e -> !e.labels().isEmpty()).toList());
        Collections.shuffle(shuffled, new Random(seed));
        Set<String> chosen = new LinkedHashSet<>();
        Optional<String> head = classification(schema);
        Set<String> classes = new HashSet<>();
        for (Entry entry : shuffled) {
            Label label = head.map(entry.labels()::get).orElse(null);
            if (chosen.size() < labels && label != null && classes.add(label.getCategory())) {
                chosen.add(entry.id());
            }
        }
        for (Entry entry : shuffled) {
            if (chosen.size() < labels) {
                chosen.add(entry.id());
            }
        }
        return chosen;
    }

    /// Name of the head whose accuracy is reported.
    public static String firstClassification(Schema schema) {
        return classification(schema)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "schema %s has no classification head to report about"
                                        .formatted(schema.name())));
    }

    private static Optional<String> classification(Schema schema) {
        return schema.heads().entrySet().stream()
                .filter(head -> head.getValue() instanceof ClassificationHead)
                .map(Map.Entry::getKey)
                .findFirst();
    }
}

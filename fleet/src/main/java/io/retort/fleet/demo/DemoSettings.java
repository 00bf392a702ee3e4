package io.retort.fleet.demo;

import java.nio.file.Path;
import java.util.List;

/// @param data where the captures come from, as the report names it
/// @param fold that is held out
/// @param labels training captures that are annotated; 0 for one in seven, at least
///   `Integer.MAX_VALUE` for all
/// @param student modalities that the student sees
/// @param model name under which the student is released
/// @param card file that the release's model card is kept in
record DemoSettings(
        String data,
        int fold,
        int labels,
        long seed,
        List<String> student,
        String model,
        Path card) {

    DemoSettings {
        student = List.copyOf(student);
    }

    int labelsOf(int training) {
        return labels == 0 ? Math.ceilDiv(training, 7) : Math.min(labels, training);
    }
}

package io.retort.fleet.bench;

import io.retort.contract.schema.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What benches of teachers and students are asked, of which one fold is tested after another.
final class TaughtOptions {

    @Option(
            names = "--teacher",
            split = ",",
            description = "What the teacher sees (default: every modality).")
    private @Nullable List<String> teacher;

    @Option(
            names = "--network",
            description =
                    "The student's network; retort-summary sees statistics of images, the rest of the family "
                            + "their pixels (default: as suits the bench).")
    private @Nullable String network;

    @Option(
            names = "--folds",
            split = ",",
            defaultValue = "0,1,2,3,4",
            description = "Tested in turn (default: ${DEFAULT-VALUE}).")
    private List<Integer> folds = List.of();

    List<String> teacher(Schema schema) {
        return teacher == null ? List.copyOf(schema.modalities().keySet()) : teacher;
    }

    String network(String usual) {
        return network == null ? usual : network;
    }

    int firstFold() {
        return folds.getFirst();
    }

    /// @param quick the first alone
    List<Integer> folds(boolean quick) {
        return quick ? folds.subList(0, 1) : folds;
    }
}

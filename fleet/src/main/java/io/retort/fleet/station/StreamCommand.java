package io.retort.fleet.station;

import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.dataset.Dataset.Item;
import io.retort.fleet.dataset.DatasetFolder;
import io.retort.fleet.terminal.Console;
import io.retort.fleet.terminal.FleetLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Sends a dataset folder to a broker.
@Command(
        name = "stream",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends every capture of a dataset folder to the topic 'captures' of a broker, and what",
            "is known of it to 'annotations'. Sending twice changes nothing: services drop ids that",
            "they have."
        })
public final class StreamCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The dataset folder.")
    private @Nullable Path folder;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            required = true,
            description = "Kafka brokers, separated by commas.")
    private @Nullable String brokers;

    @Option(names = "--no-labels", description = "Send the captures alone.")
    private boolean noLabels;

    @Option(
            names = "--test-fold",
            paramLabel = "N",
            defaultValue = "0",
            description = {
                "Fold whose rows do not count in the schema's statistics",
                "(default: ${DEFAULT-VALUE})."
            })
    private int fold;

    @Option(
            names = "--schema",
            paramLabel = "FILE",
            description = "Where to write the folder's schema, which teachers and jobs are told.")
    private @Nullable Path schema;

    @Override
    public Integer call() throws IOException {
        FleetLog.toConsole();
        Console console = Console.standard();
        Dataset dataset = DatasetFolder.read(Objects.requireNonNull(folder), fold);
        if (schema != null) {
            Files.writeString(schema, dataset.schema().toJson());
        }
        console.step("sending %d captures of %s to %s".formatted(dataset.size(), folder, brokers));
        try (Station station =
                new Station(Objects.requireNonNull(brokers), "dataset", Clock.systemUTC())) {
            for (int i = 0; i < dataset.size(); i++) {
                Item item = dataset.item(i);
                station.capture(item.capture());
                if (!noLabels && !item.labels().isEmpty()) {
                    station.annotate(item.capture().getId(), item.labels());
                }
                console.progress(
                        "%s %d of %d"
                                .formatted(
                                        Console.bar(i + 1, dataset.size(), 24),
                                        i + 1,
                                        dataset.size()));
            }
            station.flush();
            console.step(
                    "acknowledged: %d captures, %d annotations; schema '%s'"
                            .formatted(
                                    station.captures(),
                                    station.annotations(),
                                    dataset.schema().name()));
        }
        return 0;
    }
}

package io.retort.fleet.bench;

import io.retort.contract.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What a long bench has done so far, a JSON line an entry, so that one which is cut short goes on.
/// The first line names the settings; a ledger of other settings is begun anew. Safe for use by
/// many threads.
final class BenchLedger<E> {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final List<E> entries;

    private BenchLedger(Path file, List<E> entries) {
        this.file = file;
        this.entries = entries;
    }

    /// @param settings everything that entries depend on
    static <E> BenchLedger<E> open(Path file, String settings, Class<E> type) throws IOException {
        String digest = Digests.sha256Hex(settings.getBytes(StandardCharsets.UTF_8));
        List<E> entries = new ArrayList<>();
        if (Files.exists(file)) {
            List<String> lines = Files.readAllLines(file);
            if (!lines.isEmpty() && lines.getFirst().equals(digest)) {
                for (String line : lines.subList(1, lines.size())) {
                    try {
                        entries.add(JSON.readValue(line, type));
                    } catch (JacksonException _) {
                        // The line that was being written when the bench was cut short.
                        break;
                    }
                }
            }
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        List<String> kept = new ArrayList<>(List.of(digest));
        entries.forEach(entry -> kept.add(JSON.writeValueAsString(entry)));
        Files.write(file, kept);
        return new BenchLedger<>(file, entries);
    }

    synchronized List<E> entries() {
        return List.copyOf(entries);
    }

    synchronized void add(E entry) {
        entries.add(entry);
        try {
            Files.writeString(
                    file, JSON.writeValueAsString(entry) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("could not keep " + file, e);
        }
    }
}

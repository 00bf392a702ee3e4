package io.retort.gateway.inspection;

import io.retort.gateway.storage.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reports in a folder, one file each, named by when they ended and by their id. A file is whole or
/// not there, and survives a crash from its return on.
@Component
final class Reports {

    private static final String ENDING = ".json";

    /// Milliseconds of the end, and a hyphen.
    private static final int TIME_CHARACTERS = 14;

    private final Path folder;
    private final int most;
    private final long largestFolder;
    private final JsonMapper json;

    Reports(InspectionSettings settings, JsonMapper json) {
        this.folder = settings.folder();
        this.most = settings.mostReports();
        this.largestFolder = settings.largestFolder().toBytes();
        // Of an older gateway's reports, and a newer one's.
        this.json =
                json.rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    }

    /// Drops the oldest reports beyond the bounds; never the new one.
    synchronized void save(Report report) throws IOException {
        String name =
                String.format(
                        Locale.ROOT,
                        "%013d-%s%s",
                        report.endedAt().toEpochMilli(),
                        report.id(),
                        ENDING);
        new DurableFile(folder.resolve(name)).write(json.writeValueAsBytes(report));
        trim();
    }

    boolean contains(String id) {
        return file(id).isPresent();
    }

    Optional<Report> find(String id) {
        return file(id).flatMap(this::read);
    }

    /// The latest first.
    List<Report.Summary> latest(int limit) {
        return files().stream()
                .limit(limit)
                .flatMap(file -> read(file).stream())
                .map(Report::summary)
                .toList();
    }

    private Optional<Path> file(String id) {
        return files().stream().filter(file -> id(file).equals(id)).findFirst();
    }

    private Optional<Report> read(Path file) {
        try {
            // Empty where it was dropped for a newer one meanwhile.
            return new DurableFile(file).read().map(bytes -> json.readValue(bytes, Report.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void trim() throws IOException {
        long bytes = 0;
        int kept = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
            kept++;
            if (kept > 1 && (kept > most || bytes > largestFolder)) {
                Files.delete(file);
            }
        }
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).endsWith(ENDING))
                    .sorted(Comparator.comparing(Reports::name).reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String id(Path file) {
        String name = name(file);
        return name.substring(
                Math.min(TIME_CHARACTERS, name.length()), name.length() - ENDING.length());
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}

package io.retort.distillation.training;

import io.retort.distillation.publishing.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A finished model that waits in its job's folder to be published, across restarts too.
record Distilled(Result result, Release release) {

    private static final String FILE = "distilled.json";

    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    static Distilled read(Path folder, JsonMapper json) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            return json.readValue(Files.readAllBytes(file), Distilled.class);
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    void write(Path folder, JsonMapper json) throws IOException {
        Path part = folder.resolve(FILE + ".part");
        Files.write(part, json.writeValueAsBytes(this));
        Files.move(
                part,
                folder.resolve(FILE),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}

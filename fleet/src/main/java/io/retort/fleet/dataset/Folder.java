package io.retort.fleet.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// A folder that paths in its files cannot lead out of, neither by `..` nor by links.
record Folder(Path path) {

    static Folder of(Path path) {
        if (!Files.isDirectory(path)) {
            throw new InvalidDatasetException(path.toString(), "is no folder");
        }
        try {
            return new Folder(path.toRealPath());
        } catch (IOException e) {
            throw new InvalidDatasetException(path.toString(), "cannot be read: " + e, e);
        }
    }

    /// @param place that names the file, for errors
    Path file(String place, String name) {
        Path file;
        try {
            file = path.resolve(name).normalize();
        } catch (InvalidPathException e) {
            throw new InvalidDatasetException(place, "'" + name + "' is no path", e);
        }
        if (!file.startsWith(path)) {
            throw escapes(place, name);
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidDatasetException(place, "there is no file '" + name + "' in " + path);
        }
        try {
            if (!file.toRealPath().startsWith(path)) {
                throw escapes(place, name);
            }
        } catch (IOException e) {
            throw new InvalidDatasetException(place, "cannot read '" + name + "': " + e, e);
        }
        return file;
    }

    private InvalidDatasetException escapes(String place, String name) {
        return new InvalidDatasetException(place, "'" + name + "' leads out of " + path);
    }
}

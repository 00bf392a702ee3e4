package io.retort.gateway.rollout;

import io.retort.contract.Digests;
import io.retort.gateway.power.PowerMode;
import io.retort.gateway.rollout.RegistryClient.Download;
import io.retort.gateway.rollout.RolloutException.Reason;
import io.retort.gateway.storage.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A folder with the files of the last good release, `<sha256>.onnx`, and `current.json` that names
/// them. Files are written beside their place (`.part`), forced to disk and moved, so a crash
/// leaves them whole or absent. Belongs to one gateway; used by one thread at a time.
@Component
final class CachedModels {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final long largest;

    CachedModels(RolloutSettings settings) {
        this.folder = settings.folder();
        this.largest = settings.largest().toBytes();
    }

    /// @param choices files of one release by power mode
    /// @param since when the release was first put into use here
    record Current(Map<PowerMode, Choice> choices, Instant since) {

        Choice choice(PowerMode mode) {
            return Objects.requireNonNull(choices.get(mode));
        }

        Set<String> digests() {
            return choices.values().stream()
                    .map(choice -> choice.version().digest())
                    .collect(Collectors.toSet());
        }

        private boolean whole() {
            return choices != null
                    && since != null
                    && choices.keySet().containsAll(EnumSet.allOf(PowerMode.class))
                    && choices.values().stream()
                            .allMatch(choice ->
                                    choice.version() != null
                                            && choice.version().model() != null
                                            && choice.version().digest() != null);
        }
    }

    /// The release that was good last, if there was one.
    Optional<Current> current() {
        Path file = currentFile().path();
        byte[] json;
        try {
            Optional<byte[]> kept = currentFile().read();
            if (kept.isEmpty()) {
                return Optional.empty();
            }
            json = kept.get();
        } catch (IOException e) {
            throw storage("read", file, e);
        }
        try {
            @Nullable Current current = JSON.readValue(json, Current.class);
            if (current != null && current.whole()) {
                return Optional.of(current);
            }
        } catch (JacksonException e) {
            throw damaged(file, e.getOriginalMessage());
        }
        throw damaged(file, "it names no model");
    }

    /// Whether the model is there, whatever is in its file.
    boolean has(String digest) {
        return Files.exists(file(digest));
    }

    /// The model's bytes, as they were when they were kept.
    Optional<byte[]> read(String digest) {
        Path file = file(digest);
        byte[] onnx;
        try {
            if (Files.size(file) > largest) {
                throw damaged(file, "it is larger than " + largest + " bytes");
            }
            onnx = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw storage("read", file, e);
        }
        String found = Digests.sha256Hex(onnx);
        if (!found.equals(digest)) {
            throw damaged(file, "its SHA-256 is " + found);
        }
        return Optional.of(onnx);
    }

    /// Where a download comes from: hands its body to the sink once, or throws.
    @FunctionalInterface
    interface Source {
        void into(Download sink);
    }

    /// Keeps a download whose size and digest are as announced, and nothing else.
    void keep(Source source, String digest, long bytes) {
        Path part = part(digest);
        MessageDigest sha256 = Digests.sha256();
        try {
            try (FileChannel out = DurableFile.create(part)) {
                source.into(body -> copy(body, out, part, sha256, bytes));
                if (out.position() < bytes) {
                    throw new RolloutException(
                            Reason.REGISTRY_AWAY,
                            "the download of %s ended after %d of %d bytes"
                                    .formatted(digest, out.position(), bytes));
                }
                String found = Digests.hex(sha256);
                if (!found.equals(digest)) {
                    throw new RolloutException(
                            Reason.DIGEST_MISMATCH,
                            "artifact %s arrived with SHA-256 %s".formatted(digest, found));
                }
                out.force(true);
            }
            Files.move(part, file(digest), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw storage("write", part, e);
        } finally {
            delete(part);
        }
    }

    /// From now on, the gateway starts from this model.
    void record(Current current) {
        try {
            currentFile().write(JSON.writeValueAsBytes(current));
        } catch (IOException e) {
            throw storage("write", currentFile().path(), e);
        }
    }

    /// Deletes all models but these, and what unfinished downloads left.
    void prune(Set<String> digests) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                boolean model = name.matches("[0-9a-f]{64}\\.onnx(\\.part)?");
                if (model && !(name.length() == 69 && digests.contains(name.substring(0, 64)))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw storage("clear", folder, e);
        }
    }

    void delete(String digest) {
        delete(file(digest));
    }

    private static void copy(
            InputStream body, FileChannel out, Path part, MessageDigest sha256, long bytes) {
        byte[] buffer = new byte[64 * 1024];
        long copied = 0;
        while (true) {
            int read;
            try {
                read = body.read(buffer);
            } catch (IOException e) {
                throw new RolloutException(
                        Reason.REGISTRY_AWAY,
                        "the download stopped after %d of %d bytes: %s"
                                .formatted(copied, bytes, e.getMessage()),
                        e);
            }
            if (read < 0) {
                return;
            }
            copied += read;
            if (copied > bytes) {
                throw new RolloutException(
                        Reason.DIGEST_MISMATCH,
                        "the registry sends more than the %d bytes of %s"
                                .formatted(bytes, part.getFileName()));
            }
            sha256.update(buffer, 0, read);
            try {
                ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
                while (chunk.hasRemaining()) {
                    out.write(chunk);
                }
            } catch (IOException e) {
                throw storage("write", part, e);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw storage("delete", file, e);
        }
    }

    private Path file(String digest) {
        return folder.resolve(digest + ".onnx");
    }

    private Path part(String digest) {
        return folder.resolve(digest + ".onnx.part");
    }

    private DurableFile currentFile() {
        return new DurableFile(folder.resolve("current.json"));
    }

    private static RolloutException storage(String verb, Path file, IOException e) {
        String problem =
                switch (e) {
                    case AccessDeniedException _ -> "access denied";
                    case FileSystemException known when known.getReason() != null ->
                            known.getReason();
                    default -> String.valueOf(e.getMessage());
                };
        return new RolloutException(
                Reason.STORAGE, "could not %s %s: %s".formatted(verb, file, problem), e);
    }

    private static RolloutException damaged(Path file, String problem) {
        return new RolloutException(Reason.CACHE_DAMAGED, file + " is damaged: " + problem);
    }
}

package io.retort.registry;

import io.retort.registry.artifacts.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/// The files of a registry, as an operator or a failing disk gets at them.
public sealed interface StoredFiles {

    Optional<byte[]> read(Sha256 sha256);

    void write(Sha256 sha256, byte[] bytes);

    void delete(Sha256 sha256);

    /// Leaves behind what a registry does that is killed while it receives this.
    void abandon(Sha256 sha256);

    /// Uploads of this that have begun and not ended.
    List<String> unfinished(Sha256 sha256);

    private static String path(Sha256 sha256) {
        String hex = sha256.hex();
        return hex.substring(0, 2) + '/' + hex.substring(2, 4) + '/' + hex;
    }

    record InFolder(Path folder) implements StoredFiles {

        @Override
        public String toString() {
            return "folder";
        }

        @Override
        public Optional<byte[]> read(Sha256 sha256) {
            try {
                return Optional.of(Files.readAllBytes(place(sha256)));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void write(Sha256 sha256, byte[] bytes) {
            try {
                Files.createDirectories(Objects.requireNonNull(place(sha256).getParent()));
                Files.write(place(sha256), bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void delete(Sha256 sha256) {
            try {
                Files.delete(place(sha256));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void abandon(Sha256 sha256) {
            try {
                Path part = place(sha256).resolveSibling(sha256 + ".7.part");
                Files.createDirectories(Objects.requireNonNull(part.getParent()));
                Files.write(part, new byte[3]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public List<String> unfinished(Sha256 sha256) {
            Path parent = Objects.requireNonNull(place(sha256).getParent());
            if (!Files.exists(parent)) {
                return List.of();
            }
            try (Stream<Path> files = Files.list(parent)) {
                return files.map(Path::toString)
                        .filter(file -> file.contains(sha256.hex()) && file.endsWith(".part"))
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public Path place(Sha256 sha256) {
            return folder.resolve(path(sha256));
        }
    }

    record InBucket(S3Client s3, String bucket) implements StoredFiles {

        @Override
        public String toString() {
            return "bucket";
        }

        @Override
        public Optional<byte[]> read(Sha256 sha256) {
            try {
                return Optional.of(
                        s3.getObjectAsBytes(request -> request.bucket(bucket).key(key(sha256)))
                                .asByteArray());
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        }

        @Override
        public void write(Sha256 sha256, byte[] bytes) {
            s3.putObject(
                    request -> request.bucket(bucket).key(key(sha256)),
                    RequestBody.fromBytes(bytes));
        }

        @Override
        public void delete(Sha256 sha256) {
            s3.deleteObject(request -> request.bucket(bucket).key(key(sha256)));
        }

        @Override
        public void abandon(Sha256 sha256) {
            s3.createMultipartUpload(request -> request.bucket(bucket).key(key(sha256)));
        }

        @Override
        public List<String> unfinished(Sha256 sha256) {
            return s3.listMultipartUploads(request -> request.bucket(bucket)).uploads().stream()
                    .filter(upload -> upload.key().equals(key(sha256)))
                    .map(MultipartUpload::uploadId)
                    .toList();
        }

        private static String key(Sha256 sha256) {
            return "artifacts/" + path(sha256);
        }
    }
}

package io.retort.fleet.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Lays out one image:
///
/// ```
/// lib/               other people's archives, without native code
/// app/               this project's
/// native/<arch>/     native code, unpacked
/// launch.args        how the service starts, for the java launcher
/// live.args          how it is checked
/// ```
///
/// The same input gives the same bytes and times.
final class Staging {

    /// Where the image has all this.
    static final String HOME = "/opt/retort";

    private static final String NATIVE = HOME + "/native";
    private static final LocalDateTime STAMP = LocalDateTime.of(2026, 1, 1, 0, 0);
    private static final FileTime FILE_STAMP = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    /// Of every service. Half of a container's memory is left for native code, threads, and buffers
    /// outside the heap, which may grow as large as the heap where nothing bounds them.
    private static final List<String> FLAGS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseSerialGC",
                    "-XX:MaxRAMPercentage=50",
                    "-XX:MaxDirectMemorySize=256m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-Djava.awt.headless=true",
                    "-Djava.library.path=" + NATIVE);

    private final Path folder;
    private final Set<Architecture> architectures;
    private final List<String> classPath = new ArrayList<>();
    private final List<String> flags = new ArrayList<>(FLAGS);

    private Staging(Path folder, Set<Architecture> architectures) {
        this.folder = folder;
        this.architectures = architectures;
    }

    /// @param archives class path of the service, its own archive first
    /// @throws IOException where a file cannot be read or written
    static void stage(
            Path folder, String main, List<Path> archives, Set<Architecture> architectures)
            throws IOException {
        delete(folder);
        Staging staging = new Staging(folder, architectures);
        for (String part : List.of("lib", "app")) {
            Files.createDirectories(folder.resolve(part));
        }
        for (Architecture architecture : architectures) {
            Files.createDirectories(folder.resolve("native").resolve(architecture.docker()));
        }
        for (Path archive : archives) {
            staging.add(archive);
        }
        staging.addLiveness();
        staging.write(main);
        staging.stampAll();
    }

    private void add(Path archive) throws IOException {
        String name = archive.getFileName().toString();
        NativeLibraries libraries = NativeLibraries.of(name);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            if (libraries == null) {
                if (zip.stream().anyMatch(e -> NativeLibraries.isNative(e.getName()))) {
                    throw new IOException(
                            name
                                    + " carries native code: NativeLibraries must say where that"
                                    + " lies");
                }
                boolean own = zip.stream().anyMatch(e -> e.getName().startsWith("io/retort/"));
                copy(archive, own ? "app" : "lib", name);
                return;
            }
            switch (libraries) {
                case ONNX_RUNTIME -> {
                    flags.add("-Donnxruntime.native.path=" + NATIVE);
                    unpack(zip, libraries, "");
                    strip(zip, "lib", name);
                }
                case ZSTD -> {
                    String library = name.replaceAll("^zstd-jni-(.*)\\.jar$", "libzstd-jni-$1.so");
                    flags.add("-DZstdNativePath=" + NATIVE + "/" + library);
                    unpack(zip, libraries, "");
                    strip(zip, "lib", name);
                }
                case SNAPPY -> {
                    flags.add("-Dorg.xerial.snappy.lib.path=" + NATIVE);
                    flags.add("-Dorg.xerial.snappy.lib.name=libsnappyjava.so");
                    unpack(zip, libraries, "");
                    strip(zip, "lib", name);
                }
                case JNA -> {
                    flags.add("-Djna.boot.library.path=" + NATIVE);
                    unpack(zip, libraries, "");
                    strip(zip, "lib", name);
                }
                case LZ4, GRPC -> {
                    // Looked for on java.library.path first.
                    unpack(zip, libraries, "");
                    strip(zip, "lib", name);
                }
                case PYTORCH -> pytorch(zip, libraries, name);
                case PYTORCH_BRIDGE -> strip(zip, "lib", name);
            }
        }
    }

    /// The folder that DJL would unpack into, as it names it. The archive tells DJL for which
    /// platform it is, so it belongs to the architecture too.
    private void pytorch(ZipFile zip, NativeLibraries libraries, String name) throws IOException {
        for (Architecture architecture : architectures) {
            Path archive = Path.of(zip.getName());
            Path of = archive.resolveSibling(name.replaceAll("linux-\\w+", platform(architecture)));
            if (!Files.exists(of)) {
                throw new IOException(
                        "%s is not there: PyTorch for %s must be fetched first"
                                .formatted(of, architecture.docker()));
            }
            try (ZipFile own = new ZipFile(of.toFile())) {
                Properties properties = new Properties();
                try (InputStream text =
                        own.getInputStream(own.getEntry("native/lib/pytorch.properties"))) {
                    properties.load(text);
                }
                String cache =
                        "djl/pytorch/%s-cpu-%s"
                                .formatted(
                                        properties.getProperty("version"), platform(architecture));
                Path target = folder.resolve("native").resolve(architecture.docker());
                unpack(own, libraries, architecture, target.resolve(cache));
                bridge(archive, architecture, target.resolve(cache));
                strip(own, "native/" + architecture.docker(), "pytorch-native.jar");
            }
        }
        classPath.add(NATIVE + "/pytorch-native.jar");
    }

    /// DJL's own library lies beside PyTorch's, named after the version of DJL.
    private static void bridge(Path pytorch, Architecture architecture, Path cache)
            throws IOException {
        // <repository>/ai/djl/pytorch/pytorch-native-cpu/<version>/<archive>
        Path versions = pytorch.resolve("../../../pytorch-jni").normalize();
        try (var folders = Files.list(versions)) {
            Path version =
                    folders.filter(Files::isDirectory)
                            .sorted(Collections.reverseOrder())
                            .findFirst()
                            .orElseThrow(() -> new IOException("nothing is in " + versions));
            String number = version.getFileName().toString();
            try (ZipFile zip =
                    new ZipFile(version.resolve("pytorch-jni-" + number + ".jar").toFile())) {
                ZipEntry library =
                        zip.getEntry("jnilib/" + platform(architecture) + "/cpu/libdjl_torch.so");
                try (InputStream bytes = zip.getInputStream(library)) {
                    Files.copy(
                            bytes,
                            cache.resolve(
                                    number.substring(number.lastIndexOf('-') + 1)
                                            + "-libdjl_torch.so"));
                }
            }
        }
    }

    private static String platform(Architecture architecture) {
        return switch (architecture) {
            case AMD64 -> "linux-x86_64";
            case ARM64 -> "linux-aarch64";
        };
    }

    private void unpack(ZipFile zip, NativeLibraries libraries, String into) throws IOException {
        for (Architecture architecture : architectures) {
            unpack(
                    zip,
                    libraries,
                    architecture,
                    folder.resolve("native").resolve(architecture.docker()).resolve(into));
        }
    }

    private static void unpack(
            ZipFile zip, NativeLibraries libraries, Architecture architecture, Path into)
            throws IOException {
        Files.createDirectories(into);
        int unpacked = 0;
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (libraries.has(entry.getName(), architecture)) {
                String file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                try (InputStream bytes = zip.getInputStream(entry)) {
                    Files.copy(bytes, into.resolve(file));
                }
                unpacked++;
            }
        }
        if (unpacked == 0) {
            throw new IOException(
                    "%s holds nothing for %s".formatted(zip.getName(), architecture.docker()));
        }
    }

    /// Copies an archive without its native code.
    private void strip(ZipFile zip, String part, String name) throws IOException {
        Path target = folder.resolve(part).resolve(name);
        try (OutputStream file = Files.newOutputStream(target);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!NativeLibraries.isNative(entry.getName())) {
                    ZipEntry copy = new ZipEntry(entry.getName());
                    copy.setTimeLocal(STAMP);
                    out.putNextEntry(copy);
                    try (InputStream bytes = zip.getInputStream(entry)) {
                        bytes.transferTo(out);
                    }
                    out.closeEntry();
                }
            }
        }
        if (!part.startsWith("native")) {
            classPath.add(HOME + "/" + part + "/" + name);
        }
    }

    private void copy(Path archive, String part, String name) throws IOException {
        Path target = folder.resolve(part).resolve(name);
        if (Files.exists(target)) {
            throw new IOException("two archives are named " + name);
        }
        Files.copy(archive, target);
        classPath.add(HOME + "/" + part + "/" + name);
    }

    private void addLiveness() throws IOException {
        String name = Liveness.class.getName().replace('.', '/') + ".class";
        Path target = folder.resolve("app").resolve("liveness.jar");
        try (InputStream bytes = Liveness.class.getResourceAsStream("/" + name);
                OutputStream file = Files.newOutputStream(target);
                ZipOutputStream out = new ZipOutputStream(file)) {
            if (bytes == null) {
                throw new IOException(name + " is not on the class path");
            }
            ZipEntry entry = new ZipEntry(name);
            entry.setTimeLocal(STAMP);
            out.putNextEntry(entry);
            bytes.transferTo(out);
            out.closeEntry();
        }
    }

    private void write(String main) throws IOException {
        // In the order of the class path that Maven gave, which the cache of classes depends on.
        String path = String.join(":", classPath);
        writeArguments("launch.args", flags, path, main);
        // Alone: the service's cache of classes takes longer to open than these few to load.
        writeArguments(
                "live.args",
                List.of("-XX:+UseSerialGC", "-Xmx16m", "-XX:TieredStopAtLevel=1"),
                HOME + "/app/liveness.jar",
                Liveness.class.getName());
    }

    private void writeArguments(String name, List<String> flags, String path, String main)
            throws IOException {
        List<String> lines = new ArrayList<>(flags);
        lines.add("-cp");
        lines.add(path);
        lines.add(main);
        Files.writeString(
                folder.resolve(name), String.join("\n", lines) + "\n", StandardCharsets.UTF_8);
    }

    private void stampAll() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.setLastModifiedTime(file, FILE_STAMP);
            }
        }
    }

    /// Of everything staged, in bytes.
    static String size(Path folder) throws IOException {
        long bytes = 0;
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    bytes += Files.size(file);
                }
            }
        }
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path dir, java.io.IOException e)
                            throws IOException {
                        if (e != null) {
                            throw e;
                        }
                        Files.delete(dir);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}

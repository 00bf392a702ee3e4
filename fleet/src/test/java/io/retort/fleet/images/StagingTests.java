package io.retort.fleet.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTests {

    private static final Set<Architecture> BOTH = EnumSet.allOf(Architecture.class);

    @TempDir Path folder;
    private Path out;

    @BeforeEach
    void place() {
        out = folder.resolve("out");
    }

    @Test
    void nativeCodeLiesUnpackedByArchitectureAndInNoArchive() throws IOException {
        Path archive =
                archive(
                        "onnxruntime-1.26.0.jar",
                        "ai/onnxruntime/OrtSession.class",
                        "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
                        "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
                        "ai/onnxruntime/native/win-x64/onnxruntime.dll");

        Staging.stage(out, "a.Main", List.of(archive), BOTH);

        assertThat(out.resolve("native/amd64/libonnxruntime.so"))
                .hasContent("ai/onnxruntime/native/linux-x64/libonnxruntime.so");
        assertThat(out.resolve("native/arm64/libonnxruntime.so"))
                .hasContent("ai/onnxruntime/native/linux-aarch64/libonnxruntime.so");
        assertThat(entries(out.resolve("lib/onnxruntime-1.26.0.jar")))
                .containsExactly("ai/onnxruntime/OrtSession.class");
        assertThat(out.resolve("launch.args"))
                .content()
                .contains("-Donnxruntime.native.path=/opt/retort/native\n");
    }

    @Test
    void pyTorchLiesWhereDjlWouldUnpackIt() throws IOException {
        Path torch = folder.resolve("pytorch/pytorch-native-cpu/2.7.1");
        Files.createDirectories(torch);
        Path archive = torch.resolve("pytorch-native-cpu-2.7.1-linux-x86_64.jar");
        write(
                archive,
                "native/lib/pytorch.properties",
                "version=2.7.1-20250812\n",
                "pytorch/cpu/linux-x86_64/libgomp-98b21ff3.so.1",
                "gomp");
        Path bridge = folder.resolve("pytorch/pytorch-jni/2.7.1-0.35.1");
        Files.createDirectories(bridge);
        write(
                bridge.resolve("pytorch-jni-2.7.1-0.35.1.jar"),
                "jnilib/linux-x86_64/cpu/libdjl_torch.so",
                "bridge");

        Staging.stage(out, "a.Main", List.of(archive), EnumSet.of(Architecture.AMD64));

        Path cache = out.resolve("native/amd64/djl/pytorch/2.7.1-20250812-cpu-linux-x86_64");
        assertThat(cache.resolve("libgomp-98b21ff3.so.1")).hasContent("gomp");
        assertThat(cache.resolve("0.35.1-libdjl_torch.so")).hasContent("bridge");
        assertThat(entries(out.resolve("native/amd64/pytorch-native.jar")))
                .containsExactly("native/lib/pytorch.properties");

        assertThatThrownBy(() -> Staging.stage(out, "a.Main", List.of(archive), BOTH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("linux-aarch64")
                .hasMessageContaining("must be fetched first");
    }

    @Test
    void anArchiveWithNativeCodeThatNobodyKnowsIsRefused() throws IOException {
        Path archive = archive("surprise-1.0.jar", "linux/libsurprise.so");

        assertThatThrownBy(() -> Staging.stage(out, "a.Main", List.of(archive), BOTH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("surprise-1.0.jar")
                .hasMessageContaining("NativeLibraries");
    }

    @Test
    void theClassPathKeepsItsOrderAndOwnArchivesLieApart() throws IOException {
        Path own = archive("edge-gateway-0.1.0.jar", "io/retort/gateway/EdgeGateway.class");
        Path other = archive("spring-core-7.0.10.jar", "org/springframework/core/A.class");

        Staging.stage(out, "io.retort.gateway.EdgeGateway", List.of(own, other), BOTH);

        assertThat(Files.readAllLines(out.resolve("launch.args")))
                .endsWith(
                        "-cp",
                        "/opt/retort/app/edge-gateway-0.1.0.jar:/opt/retort/lib/spring-core-7.0.10.jar",
                        "io.retort.gateway.EdgeGateway");
        assertThat(Files.readAllLines(out.resolve("live.args")))
                .endsWith("-cp", "/opt/retort/app/liveness.jar", Liveness.class.getName());
    }

    @Test
    void theSameInputGivesTheSameBytesAndTimes() throws IOException {
        Path zstd =
                archive(
                        "zstd-jni-1.5.6-10.jar",
                        "com/github/luben/zstd/Zstd.class",
                        "linux/amd64/libzstd-jni-1.5.6-10.so",
                        "linux/aarch64/libzstd-jni-1.5.6-10.so");
        Staging.stage(out, "a.Main", List.of(zstd), BOTH);
        Path again = folder.resolve("again");
        Files.setLastModifiedTime(zstd, FileTime.from(Instant.EPOCH));
        Staging.stage(again, "a.Main", List.of(zstd), BOTH);

        assertThat(contents(again)).isEqualTo(contents(out)).hasSizeGreaterThan(5);
    }

    private Path archive(String name, String... entries) throws IOException {
        String[] pairs = new String[entries.length * 2];
        for (int i = 0; i < entries.length; i++) {
            pairs[2 * i] = entries[i];
            pairs[2 * i + 1] = entries[i];
        }
        Path archive = folder.resolve(name);
        write(archive, pairs);
        return archive;
    }

    /// @param pairs name and content, in turns
    private static void write(Path archive, String... pairs) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (int i = 0; i < pairs.length; i += 2) {
                zip.putNextEntry(new ZipEntry(pairs[i]));
                zip.write(pairs[i + 1].getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
    }

    private static List<String> entries(Path archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            return zip.stream().map(ZipEntry::getName).toList();
        }
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .collect(
                            Collectors.toMap(
                                    f -> folder.relativize(f).toString(),
                                    StagingTests::described,
                                    (a, _) -> a,
                                    TreeMap::new));
        }
    }

    private static String described(Path file) {
        try {
            return Files.getLastModifiedTime(file)
                    + " "
                    + Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}

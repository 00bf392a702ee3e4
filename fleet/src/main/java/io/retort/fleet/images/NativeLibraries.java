package io.retort.fleet.images;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Archives that carry native code, and where in them each architecture's lies. They would unpack
/// it into a temporary folder when they start, which a read-only file system whose /tmp runs
/// nothing does not allow; an image holds it unpacked instead, and of one architecture alone.
enum NativeLibraries {
    ONNX_RUNTIME(
            "onnxruntime-\\d.*",
            "ai/onnxruntime/native/linux-x64/.*",
            "ai/onnxruntime/native/linux-aarch64/.*"),
    PYTORCH("pytorch-native-cpu-.*", "pytorch/cpu/linux-x86_64/.*", "pytorch/cpu/linux-aarch64/.*"),
    PYTORCH_BRIDGE("pytorch-jni-.*", "jnilib/linux-x86_64/cpu/.*", "jnilib/linux-aarch64/cpu/.*"),
    ZSTD("zstd-jni-.*", "linux/amd64/.*", "linux/aarch64/.*"),
    SNAPPY(
            "snappy-java-.*",
            "org/xerial/snappy/native/Linux/x86_64/.*",
            "org/xerial/snappy/native/Linux/aarch64/.*"),
    LZ4("lz4-java-.*", "net/jpountz/util/linux/amd64/.*", "net/jpountz/util/linux/aarch64/.*"),
    GRPC(
            "grpc-netty-shaded-.*",
            "META-INF/native/.*linux_x86_64\\.so|META-INF/native/.*epoll_x86_64\\.so",
            "META-INF/native/.*linux_aarch_64\\.so|META-INF/native/.*epoll_aarch_64\\.so"),
    JNA("jna-\\d.*", "com/sun/jna/linux-x86-64/.*", "com/sun/jna/linux-aarch64/.*");

    private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib|a|so\\.\\d+)");

    private final Pattern archive;
    private final Pattern amd64;
    private final Pattern arm64;

    NativeLibraries(String archive, String amd64, String arm64) {
        this.archive = Pattern.compile(archive);
        this.amd64 = Pattern.compile(amd64);
        this.arm64 = Pattern.compile(arm64);
    }

    /// Those of an archive, by the archive's name; null where none are known.
    static @Nullable NativeLibraries of(String archive) {
        for (NativeLibraries libraries : values()) {
            if (libraries.archive.matcher(archive).matches()) {
                return libraries;
            }
        }
        return null;
    }

    /// Whether an entry of any archive is native code.
    static boolean isNative(String entry) {
        return NATIVE.matcher(entry).matches();
    }

    /// Whether an entry is native code of the architecture.
    boolean has(String entry, Architecture architecture) {
        Pattern folder =
                switch (architecture) {
                    case AMD64 -> amd64;
                    case ARM64 -> arm64;
                };
        return isNative(entry) && folder.matcher(entry).matches();
    }
}

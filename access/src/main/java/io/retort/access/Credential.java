package io.retort.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What this service shows at other services' doors; nothing where it was given none.
public final class Credential {

    private static final int LONGEST = 16 * 1024;

    private final @Nullable WatchedFile<String> file;
    private final @Nullable String fixed;

    private Credential(@Nullable WatchedFile<String> file, @Nullable String fixed) {
        this.file = file;
        this.fixed = fixed;
    }

    /// @param path of a file with a token, or a JWT, and nothing else
    public static Credential of(Path path) {
        return new Credential(new WatchedFile<>(path, Credential::bare), null);
    }

    public static Credential of(String token) {
        return new Credential(null, bare(token));
    }

    public static Credential none() {
        return new Credential(null, null);
    }

    /// Value of the header `Authorization`.
    public @Nullable String authorization() {
        String token = file == null ? fixed : file.value();
        return token == null ? null : "Bearer " + token;
    }

    private static String bare(String text) {
        String token = text.strip();
        if (token.isEmpty()
                || token.length() > LONGEST
                || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("this is not one bare token");
        }
        return token;
    }
}

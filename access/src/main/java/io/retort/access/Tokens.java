package io.retort.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who callers are, by the hash of a token or the name in a certificate. Lines of the file are
/// `NAME ROLE[,ROLE...] sha256:HEX` or `NAME ROLE[,ROLE...] cn:COMMON-NAME`; `#` starts a comment.
/// Tokens themselves are kept nowhere.
public final class Tokens {

    /// What scanners for secrets can look for.
    private static final String PREFIX = "retort_";

    private static final int BYTES = 32;

    private static final Pattern LINE =
            Pattern.compile("(\\S+)\\s+(\\S+)\\s+(?:sha256:([0-9a-f]{64})|cn:(.+))");

    private final @Nullable WatchedFile<Known> file;
    private final Known beside;

    /// @param hashes of tokens
    /// @param names in certificates
    private record Known(List<Hash> hashes, Map<String, Caller> names) {

        static final Known NOBODY = new Known(List.of(), Map.of());
    }

    private record Hash(byte[] sha256, Caller caller) {}

    private Tokens(@Nullable WatchedFile<Known> file, Known beside) {
        this.file = file;
        this.beside = beside;
    }

    /// @throws IllegalArgumentException where the file is missing or a line of it is wrong
    public static Tokens of(Path path) {
        return new Tokens(new WatchedFile<>(path, Tokens::parse), Known.NOBODY);
    }

    /// One caller who may do everything.
    public static Tokens of(String name, String token) {
        return new Tokens(null, one(name, token));
    }

    /// One caller who may do everything, beside those of a file.
    public static Tokens of(String name, String token, Path path) {
        return new Tokens(new WatchedFile<>(path, Tokens::parse), one(name, token));
    }

    private static Known one(String name, String token) {
        Caller caller = new Caller(name, Role.all());
        return new Known(List.of(new Hash(sha256(token), caller)), Map.of());
    }

    /// 256 bits that nobody has seen before.
    public static String fresh() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /// What the file says of a token.
    public static String line(String name, Set<Role> roles, String token) {
        String line =
                "%s %s sha256:%s"
                        .formatted(
                                name,
                                Role.texts(roles).replace(" ", ""),
                                HexFormat.of().formatHex(sha256(token)));
        parse(line);
        return line;
    }

    @Nullable Caller byToken(String token) {
        byte[] sha256 = sha256(token);
        Caller caller = find(beside, sha256);
        return caller == null && file != null ? find(file.value(), sha256) : caller;
    }

    @Nullable Caller byCommonName(String name) {
        return file == null ? null : file.value().names().get(name);
    }

    private static @Nullable Caller find(Known known, byte[] sha256) {
        for (Hash hash : known.hashes()) {
            if (MessageDigest.isEqual(hash.sha256(), sha256)) {
                return hash.caller();
            }
        }
        return null;
    }

    private static Known parse(String text) {
        List<Hash> hashes = new ArrayList<>();
        Map<String, Caller> names = new HashMap<>();
        int number = 0;
        for (String whole : text.split("\n", -1)) {
            number++;
            String line = whole.replaceFirst("(^|\\s)#.*", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "line %d is not NAME ROLE[,ROLE...] sha256:HEX or cn:NAME"
                                .formatted(number));
            }
            Caller caller;
            try {
                caller = new Caller(parts.group(1), Role.parse(parts.group(2)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line %d: %s".formatted(number, e.getMessage()));
            }
            if (parts.group(3) != null) {
                hashes.add(new Hash(HexFormat.of().parseHex(parts.group(3)), caller));
            } else if (names.put(parts.group(4), caller) != null) {
                throw new IllegalArgumentException(
                        "line %d: cn:%s has a line already".formatted(number, parts.group(4)));
            }
        }
        return new Known(List.copyOf(hashes), Map.copyOf(names));
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

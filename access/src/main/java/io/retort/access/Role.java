package io.retort.access;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// What a caller may be. [#ADMIN] may do everything that a table names.
public enum Role {
    READER,
    PUBLISHER,
    OPERATOR,
    ADMIN,
    /// A sorting station, or whatever else asks a gateway.
    STATION,
    /// An edge gateway, which fetches models.
    GATEWAY;

    private final String text = name().toLowerCase(Locale.ROOT);

    public String text() {
        return text;
    }

    static Set<Role> all() {
        return Collections.unmodifiableSet(EnumSet.allOf(Role.class));
    }

    /// @param texts with commas between
    public static Set<Role> parse(String texts) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String text : texts.split(",", -1)) {
            roles.add(of(text.strip()));
        }
        return Collections.unmodifiableSet(roles);
    }

    private static Role of(String text) {
        return Arrays.stream(values())
                .filter(role -> role.text.equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "there is no role '%s', only %s".formatted(text, texts(all()))));
    }

    static String texts(Set<Role> roles) {
        return roles.stream().map(Role::text).collect(Collectors.joining(", "));
    }
}

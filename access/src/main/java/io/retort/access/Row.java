package io.retort.access;

import java.util.EnumSet;
import java.util.Set;

/// One way into a service.
///
/// @param pattern as in the mapping that it is about: literal segments and `{variables}` of one
///   segment each
/// @param admitted one of these is needed; empty where none is
public record Row(String method, String pattern, Set<Role> admitted) {

    public Row {
        if (!pattern.startsWith("/") || pattern.contains("*")) {
            throw new IllegalArgumentException(
                    pattern + " must start with / and have no wildcards");
        }
        admitted = Set.copyOf(admitted);
    }

    public static Row get(String pattern, Role role, Role... roles) {
        return of("GET", pattern, role, roles);
    }

    public static Row put(String pattern, Role role, Role... roles) {
        return of("PUT", pattern, role, roles);
    }

    public static Row post(String pattern, Role role, Role... roles) {
        return of("POST", pattern, role, roles);
    }

    public static Row delete(String pattern, Role role, Role... roles) {
        return of("DELETE", pattern, role, roles);
    }

    /// For everybody, without a credential.
    public static Row open(String method, String pattern) {
        return new Row(method, pattern, Set.of());
    }

    private static Row of(String method, String pattern, Role role, Role... roles) {
        return new Row(method, pattern, EnumSet.of(role, roles));
    }

    boolean isOpen() {
        return admitted.isEmpty();
    }
}

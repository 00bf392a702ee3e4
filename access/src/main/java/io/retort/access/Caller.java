package io.retort.access;

import java.util.Set;

/// Someone whose credential is known.
record Caller(String name, Set<Role> roles) {

    boolean mayOneOf(Set<Role> admitted) {
        if (roles.contains(Role.ADMIN)) {
            return true;
        }
        for (Role role : admitted) {
            if (roles.contains(role)) {
                return true;
            }
        }
        return false;
    }
}

package io.retort.fleet.dependencies;

import java.util.List;
import java.util.Set;

/// A library that a module is delivered with.
///
/// @param name group and artifact
/// @param licences as its own file says, SPDX ids where it uses them; any one of them may be chosen
record Dependency(String name, String version, List<String> licences) {

    /// Of which anyone may deliver binaries in a product of their own, keeping the notices.
    private static final Set<String> WELCOME =
            Set.of(
                    "Apache-2.0",
                    "MIT",
                    "MIT-0",
                    "BSD-2-Clause",
                    "BSD-3-Clause",
                    // The same words, by the name that Go's libraries give it.
                    "Go License",
                    "EPL-1.0",
                    "EPL-2.0",
                    "MPL-2.0",
                    "CC0-1.0",
                    "GPL-2.0-with-classpath-exception",
                    // Linked, not changed.
                    "LGPL-2.1-only",
                    "LGPL-2.1-or-later");

    Dependency {
        licences = List.copyOf(licences);
    }

    boolean welcome() {
        return licences.stream().anyMatch(WELCOME::contains);
    }
}

/// Files by their SHA-256: received whole or not at all, and never served when they are damaged.
@NullMarked
package io.retort.registry.artifacts;

import org.jspecify.annotations.NullMarked;

/// Tests of the artifact store.
@NullMarked
package io.retort.registry.artifacts;

import org.jspecify.annotations.NullMarked;

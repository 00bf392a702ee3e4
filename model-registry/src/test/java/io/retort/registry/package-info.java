/// Tests of the registry as a whole, and the running registries that other tests use.
@NullMarked
package io.retort.registry;

import org.jspecify.annotations.NullMarked;

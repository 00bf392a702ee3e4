/// The model registry: artifacts, the versions made of them, and the aliases that gateways follow.
@NullMarked
package io.retort.registry;

import org.jspecify.annotations.NullMarked;

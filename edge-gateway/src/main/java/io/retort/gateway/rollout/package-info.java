/// Fetches the model that the registry's alias names, proves it, puts it into use and keeps it for
/// the next start.
@NullMarked
package io.retort.gateway.rollout;

import org.jspecify.annotations.NullMarked;

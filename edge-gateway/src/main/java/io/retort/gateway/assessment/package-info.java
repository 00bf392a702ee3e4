/// Decides about captures, for plant systems over REST and for stations over Kafka alike.
@NullMarked
package io.retort.gateway.assessment;

import org.jspecify.annotations.NullMarked;

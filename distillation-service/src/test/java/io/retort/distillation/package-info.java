/// The whole service over real Kafka and real HTTP, and the plant that the tests look at.
@NullMarked
package io.retort.distillation;

import org.jspecify.annotations.NullMarked;

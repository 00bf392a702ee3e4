/// Every loss against hand-computed values and finite differences.
@NullMarked
package io.retort.learning.loss;

import org.jspecify.annotations.NullMarked;

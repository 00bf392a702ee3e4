/// Names the sensors that captures carry and the questions that models answer about them.
@NullMarked
package io.retort.contract.schema;

import org.jspecify.annotations.NullMarked;

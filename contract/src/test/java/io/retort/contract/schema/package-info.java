/// Tests of the schema's JSON and of what it refuses.
@NullMarked
package io.retort.contract.schema;

import org.jspecify.annotations.NullMarked;

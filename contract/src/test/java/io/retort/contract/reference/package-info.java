/// Tests of what is said of a release.
@NullMarked
package io.retort.contract.reference;

import org.jspecify.annotations.NullMarked;

/// Tests of what is kept, joined and held out.
@NullMarked
package io.retort.learning.samples;

import org.jspecify.annotations.NullMarked;

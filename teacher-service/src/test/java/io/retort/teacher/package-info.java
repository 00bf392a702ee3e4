/// Tests of the whole service, against a real broker and over real HTTP.
@NullMarked
package io.retort.teacher;

import org.jspecify.annotations.NullMarked;

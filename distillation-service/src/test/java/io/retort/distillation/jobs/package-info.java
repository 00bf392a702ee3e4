/// Tests of orders, their states and their events.
@NullMarked
package io.retort.distillation.jobs;

import org.jspecify.annotations.NullMarked;

/// Tests of the urgency and of what its records refuse.
@NullMarked
package io.retort.contract.maintenance;

import org.jspecify.annotations.NullMarked;

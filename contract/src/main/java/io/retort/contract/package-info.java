/// What the services say to each other: records, topics, headers, and the limits that a record
/// keeps.
@NullMarked
package io.retort.contract;

import org.jspecify.annotations.NullMarked;

package io.retort.fleet.demo;

import io.retort.contract.schema.Schema;
import io.retort.fleet.dataset.Dataset;
import java.util.List;

/// The same captures under ids of one run, since a fleet that goes on drops ids that it has seen.
/// Their order stays, and so does what training makes of them.
///
/// @param run before every id
record Tagged(Dataset captures, String run) implements Dataset {

    @Override
    public Schema schema() {
        return captures.schema();
    }

    @Override
    public List<Entry> entries() {
        return captures.entries().stream()
                .map(e -> new Entry(run + e.id(), e.group(), e.fold(), e.labels()))
                .toList();
    }

    @Override
    public Item item(int index) {
        Item item = captures.item(index);
        return new Item(
                item.capture().toBuilder().setId(run + item.capture().getId()).build(),
                item.labels(),
                item.fold());
    }
}

package io.retort.fleet.dataset;

import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Label;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Captures of one schema in a fixed order. Payloads are made when they are asked for, so that
/// thousands of images never sit in memory at once. Safe for use by many threads.
public interface Dataset {

    Schema schema();

    /// What is known of every item without its payloads, in the items' order.
    List<Entry> entries();

    /// The item of `entries().get(index)`.
    Item item(int index);

    default int size() {
        return entries().size();
    }

    /// All items in order, each made as it is reached.
    default Stream<Item> items() {
        return IntStream.range(0, size()).mapToObj(this::item);
    }

    /// Groups by fold. No group is in two.
    default SortedMap<Integer, SortedSet<String>> groups() {
        SortedMap<Integer, SortedSet<String>> groups = new TreeMap<>();
        for (Entry entry : entries()) {
            groups.computeIfAbsent(entry.fold(), _ -> new TreeSet<>()).add(entry.group());
        }
        return groups;
    }

    /// @param id of the capture
    /// @param group the physical object: never on both sides of a split, so of one fold
    /// @param fold in which the item is tested; 0 to 4
    /// @param labels by head; a head that is not here is unknown
    record Entry(String id, String group, int fold, Map<String, Label> labels) {

        public Entry {
            labels = Map.copyOf(labels);
        }
    }

    /// @param capture without labels, as a station sends it before anyone has looked
    record Item(Capture capture, Map<String, Label> labels, int fold) {

        public Item {
            labels = Map.copyOf(labels);
        }
    }
}

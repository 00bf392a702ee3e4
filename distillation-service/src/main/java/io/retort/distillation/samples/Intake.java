package io.retort.distillation.samples;

import io.retort.contract.Records;
import io.retort.learning.samples.SampleStore;
import org.springframework.stereotype.Component;

/// Keeps each record that keeps the contract, once; refuses the others by throwing
/// [io.retort.contract.InvalidRecordException], which sends them to the dead letters.
@Component
final class Intake {

    private final SampleStore store;

    Intake(SampleStore store) {
        this.store = store;
    }

    void capture(byte[] bytes) {
        store.add(Records.capture(bytes));
    }

    void softTarget(byte[] bytes) {
        store.add(Records.softTarget(bytes));
    }

    void annotation(byte[] bytes) {
        store.add(Records.annotation(bytes));
    }
}

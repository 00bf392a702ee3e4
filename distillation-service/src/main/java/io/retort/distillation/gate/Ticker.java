package io.retort.distillation.gate;

import io.retort.learning.training.Progress;

/// Many trainings' epochs as one count, for trainings that go side by side.
public final class Ticker {

    private final int epochs;
    private final Course.Watch watch;
    private int done;

    /// @param epochs of all trainings together
    public Ticker(int epochs, Course.Watch watch) {
        this.epochs = epochs;
        this.watch = watch;
    }

    public Course.Watch watch() {
        return new Course.Watch(this::tick, watch.cancelled());
    }

    private synchronized void tick(Progress progress) {
        done++;
        watch.progress()
                .accept(
                        new Progress(
                                Math.min(done, epochs),
                                epochs,
                                progress.loss(),
                                progress.rate(),
                                progress.examplesPerSecond()));
    }
}

package io.retort.learning.continual;

import java.util.ArrayList;
import java.util.List;

/// How well each task was known after each task.
///
/// @param accuracy row i holds what was measured after task i, column j on task j; entries right of
///   the diagonal are of tasks not yet seen. A square of shares in [0, 1]
public record AccuracyMatrix(List<List<Double>> accuracy) {

    public AccuracyMatrix {
        int tasks = accuracy.size();
        if (tasks == 0) {
            throw new IllegalArgumentException("accuracy: no tasks");
        }
        List<List<Double>> copies = new ArrayList<>();
        for (List<Double> row : accuracy) {
            if (row.size() != tasks) {
                throw new IllegalArgumentException(
                        "accuracy: a row of %d, there are %d tasks".formatted(row.size(), tasks));
            }
            for (double value : row) {
                if (!(value >= 0 && value <= 1)) {
                    throw new IllegalArgumentException("accuracy: " + value + " is no share");
                }
            }
            copies.add(List.copyOf(row));
        }
        accuracy = List.copyOf(copies);
    }

    public int tasks() {
        return accuracy.size();
    }

    /// On task j after task i, counted from 0.
    public double at(int i, int j) {
        return accuracy.get(i).get(j);
    }

    /// Mean over all tasks after the last (Lopez-Paz & Ranzato 2017, eq. 2).
    public double average() {
        return accuracy.getLast().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /// What a task has lost since it was known best: the most before the last task, less the last
    /// (Chaudhry et al. 2018, eq. 3). Below 0 where it has gained.
    public double forgetting(int task) {
        int last = tasks() - 1;
        requireEarlier(task);
        double best = 0;
        for (int i = task; i < last; i++) {
            best = Math.max(best, at(i, task));
        }
        return best - at(last, task);
    }

    /// Mean over all tasks but the last (Chaudhry et al. 2018, eq. 4); 0 for one task.
    public double meanForgetting() {
        return meanOfEarlier(this::forgetting);
    }

    /// Mean over all tasks but the last of what later tasks did to it (Lopez-Paz & Ranzato 2017,
    /// eq. 3): below 0 where they hurt; 0 for one task.
    public double backwardTransfer() {
        return meanOfEarlier(task -> at(tasks() - 1, task) - at(task, task));
    }

    /// Mean over all tasks but the first of what earlier tasks did for it before it was learnt
    /// (Lopez-Paz & Ranzato 2017, eq. 4); 0 for one task.
    ///
    /// @param untrained accuracy on each task before any was learnt
    public double forwardTransfer(List<Double> untrained) {
        if (untrained.size() != tasks()) {
            throw new IllegalArgumentException(
                    "untrained: %d figures, there are %d tasks"
                            .formatted(untrained.size(), tasks()));
        }
        double sum = 0;
        for (int task = 1; task < tasks(); task++) {
            sum += at(task - 1, task) - untrained.get(task);
        }
        return sum / Math.max(1, tasks() - 1);
    }

    private interface OfTask {
        double of(int task);
    }

    private double meanOfEarlier(OfTask figure) {
        double sum = 0;
        for (int task = 0; task < tasks() - 1; task++) {
            sum += figure.of(task);
        }
        return sum / Math.max(1, tasks() - 1);
    }

    private void requireEarlier(int task) {
        if (task < 0 || task >= tasks() - 1) {
            throw new IllegalArgumentException(
                    "task %d: only tasks before the last, %d, can have been forgotten"
                            .formatted(task, tasks() - 1));
        }
    }
}

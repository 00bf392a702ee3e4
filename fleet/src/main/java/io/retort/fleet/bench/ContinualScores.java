package io.retort.fleet.bench;

import io.retort.fleet.bench.BenchReport.Row;
import io.retort.fleet.bench.ContinualBench.Cell;
import io.retort.fleet.bench.ContinualBench.Method;
import io.retort.learning.evaluation.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// What a continual bench says of its cells.
///
/// @param cells of every scenario, method and seed
record ContinualScores(List<Scenario> scenarios, List<Method> methods, List<Cell> cells) {

    /// A figure of each method, over its seeds.
    private record Figure(String metric, ToDoubleFunction<Cell> of) {}

    private static final List<Figure> FIGURES =
            List.of(
                    new Figure("average accuracy", cell -> cell.matrix().average()),
                    new Figure("mean forgetting", cell -> cell.matrix().meanForgetting()),
                    new Figure("backward transfer", cell -> cell.matrix().backwardTransfer()),
                    new Figure(
                            "forward transfer",
                            cell -> cell.matrix().forwardTransfer(cell.untrained())),
                    new Figure(
                            "average accuracy, task known", cell -> cell.knownMatrix().average()),
                    new Figure(
                            "mean forgetting, task known",
                            cell -> cell.knownMatrix().meanForgetting()));

    /// Rows of a report: figures, and what is forgotten beyond `joint` at the same seeds.
    ///
    /// @param whole with the matrix, entry by entry
    List<Row> rows(boolean whole) {
        List<Row> rows = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            List<Cell> joint = of(scenario, Method.JOINT);
            for (Method method : methods) {
                List<Cell> own = of(scenario, method);
                String name = scenario.name() + "/" + method.title();
                for (Figure figure : FIGURES) {
                    rows.add(row(name, figure.metric(), own, figure.of()));
                }
                if (method != Method.JOINT && !joint.isEmpty()) {
                    rows.add(
                            row(
                                    name,
                                    "mean forgetting beyond joint",
                                    own,
                                    cell ->
                                            cell.matrix().meanForgetting()
                                                    - sameSeed(joint, cell)
                                                            .matrix()
                                                            .meanForgetting()));
                }
                if (method.replays()) {
                    rows.add(
                            Row.of(
                                    name,
                                    "memory",
                                    own.getFirst().remembered(),
                                    own.size(),
                                    "examples"));
                }
                if (whole) {
                    rows.addAll(matrix(name, own, scenario.tasks()));
                }
            }
        }
        return rows;
    }

    private static List<Row> matrix(String name, List<Cell> cells, int tasks) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            for (int j = 0; j <= i; j++) {
                int after = i;
                int on = j;
                rows.add(
                        row(
                                name,
                                "after task %d on task %d".formatted(i + 1, j + 1),
                                cells,
                                cell -> cell.matrix().at(after, on)));
            }
        }
        return rows;
    }

    /// Mean accuracy on the classes seen so far after each task, by method, for a chart.
    Map<String, Map<String, List<Double>>> curves() {
        Map<String, Map<String, List<Double>>> curves = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            Map<String, List<Double>> lines = new LinkedHashMap<>();
            for (Method method : methods) {
                List<Cell> own = of(scenario, method);
                List<Double> line = new ArrayList<>();
                for (int i = 0; i < scenario.tasks(); i++) {
                    int after = i;
                    line.add(
                            own.stream()
                                    .flatMap(cell ->
                                            cell
                                                    .accuracy()
                                                    .get(after)
                                                    .subList(0, after + 1)
                                                    .stream())
                                    .mapToDouble(Double::doubleValue)
                                    .average()
                                    .orElseThrow());
                }
                lines.put(method.title(), line);
            }
            curves.put(scenario.name(), lines);
        }
        return curves;
    }

    private List<Cell> of(Scenario scenario, Method method) {
        return cells.stream().filter(cell -> cell.of(scenario, method)).toList();
    }

    private static Cell sameSeed(List<Cell> joint, Cell cell) {
        return joint.stream()
                .filter(other -> other.seed() == cell.seed())
                .findFirst()
                .orElseThrow();
    }

    private static Row row(
            String name, String metric, List<Cell> cells, ToDoubleFunction<Cell> figure) {
        Interval mean = Interval.mean(cells.stream().mapToDouble(figure).toArray());
        return Row.of(name, metric, mean, "share");
    }
}

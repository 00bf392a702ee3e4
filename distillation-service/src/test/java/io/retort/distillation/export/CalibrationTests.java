package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CalibrationTests {

    private final Architecture architecture =
            Architectures.student(Networks.everything().select(List.of("rgb", "spectrum")));
    private final GraphProto graph = FloatGraph.of(architecture, Networks.weights(architecture, 1));
    private final Set<String> tensors = QuantizedGraph.calibrated(graph);

    @Test
    void rangesHoldWhatEveryCaptureNeeds() throws IOException {
        List<Map<String, float[]>> captures = Networks.captures(architecture, 40, 2);
        Map<String, Range> together =
                Calibration.ranges(graph, tensors, captures, Calibrator.MIN_MAX);
        Map<String, Range> first =
                Calibration.ranges(graph, tensors, captures.subList(0, 20), Calibrator.MIN_MAX);
        Map<String, Range> second =
                Calibration.ranges(graph, tensors, captures.subList(20, 40), Calibrator.MIN_MAX);
        assertThat(together).containsOnlyKeys(tensors);
        first.forEach((tensor, range) -> {
            Range other = second.get(tensor);
            assertThat(other).isNotNull();
            if (other != null) {
                assertThat(together).containsEntry(tensor, range.union(other));
            }
        });
    }

    @Test
    void whatIsMadeOfAbsentModalitiesDoesNotCount() throws IOException {
        List<Map<String, float[]>> whole = Networks.captures(architecture, 8, 2);
        List<Map<String, float[]>> gaps = Networks.withGaps(whole);
        List<Map<String, float[]>> seeing =
                gaps.stream().filter(capture -> capture.containsKey("rgb")).toList();
        assertThat(seeing).hasSizeBetween(1, 7);
        Map<String, Range> all = Calibration.ranges(graph, tensors, gaps, Calibrator.MIN_MAX);
        Map<String, Range> some = Calibration.ranges(graph, rgbOnly(), seeing, Calibrator.MIN_MAX);
        assertThat(some).isNotEmpty();
        assertThat(all).containsAllEntriesOf(some);
    }

    @ParameterizedTest
    @EnumSource
    void everyCalibratorStaysWithinWhatWasSeenAndCutsSomethingOff(Calibrator calibrator)
            throws IOException {
        List<Map<String, float[]>> captures = Networks.captures(architecture, 40, 2);
        Map<String, Range> whole = Calibration.ranges(graph, tensors, captures, Calibrator.MIN_MAX);

        Map<String, Range> ranges = Calibration.ranges(graph, tensors, captures, calibrator);

        ranges.forEach((tensor, range) -> {
            Range all = Objects.requireNonNull(whole.get(tensor));
            assertThat(range.union(all)).as(tensor).isEqualTo(all);
        });
        assertThat(ranges.equals(whole)).isEqualTo(calibrator == Calibrator.MIN_MAX);
    }

    private Set<String> rgbOnly() {
        return tensors.stream()
                .filter(tensor ->
                        tensor.equals("rgb") || tensor.startsWith(FloatGraph.encoder("rgb")))
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }
}

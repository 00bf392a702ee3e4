package io.retort.distillation.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpreadTests {

    @Test
    void calibrationIsSpreadOverAllTrainingExamples() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            examples.add(new Example("c00" + i, "g", Map.of(), Map.of(), null));
        }

        assertThat(Spread.of(examples, 4))
                .extracting(Example::id)
                .containsExactly("c000", "c002", "c005", "c007");
        assertThat(Spread.of(examples, 20)).isEqualTo(examples);
    }
}

package io.retort.contract.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceTests {

    @Test
    void energyIsTheNegativeLogarithmOfTheSumOfExponentials() {
        float two = (float) Math.log(2);
        float three = (float) Math.log(3);
        assertThat(Energy.of(new float[] {two, three})).isCloseTo(-Math.log(5), within(1e-6));
        assertThat(Energy.of(new float[] {-4})).isEqualTo(4);
        // Beyond what exponentials hold.
        assertThat(Energy.of(new float[] {1000, 1000}))
                .isCloseTo(-1000 - Math.log(2), within(1e-9));
    }

    @Test
    void classesAreCountedAndEnergiesAndNumbersSummedUp() {
        List<Map<String, float[]>> answers = new ArrayList<>();
        for (int i = 0; i <= 100; i++) {
            // The second class wins from 76 on; energies are about -100 to 0, numbers 0 to 100.
            answers.add(answer(i < 76 ? new float[] {i, -99} : new float[] {-99, i}, i));
        }
        Reference reference = Reference.of(schema(), answers, true);

        assertThat(reference.captures()).isEqualTo(101);
        assertThat(reference.heldOut()).isTrue();
        assertThat(reference.heads().keySet()).containsExactly("material", "quality");
        HeadReference.Classes material = (HeadReference.Classes) reference.head("material");
        assertThat(material.shares().keySet()).containsExactly("pet", "glass");
        assertThat(material.shares().get("pet")).isCloseTo(76 / 101.0, within(1e-12));
        assertThat(material.energy().mean()).isEqualTo(-50);
        assertThat(material.energy().quantiles())
                .containsExactly(-99.0, -95.0, -75.0, -50.0, -25.0, -5.0, -1.0);
        HeadReference.Numbers quality = (HeadReference.Numbers) reference.head("quality");
        // The variance of 0 to n is n (n + 2) / 12: 850.
        assertThat(quality.values().deviation()).isEqualTo(29.155);
        assertThat(quality.values().quantile(0.95)).isEqualTo(95);
        assertThatThrownBy(() -> quality.values().quantile(0.9)).hasMessageContaining("0.9");
    }

    @Test
    void quantilesLieBetweenNeighbours() {
        Distribution of = Distribution.of(new double[] {3, 1});
        assertThat(of.quantiles()).containsExactly(1.02, 1.1, 1.5, 2.0, 2.5, 2.9, 2.98);
        assertThat(Distribution.of(new double[] {7}))
                .isEqualTo(new Distribution(7, 0, java.util.Collections.nCopies(7, 7.0)));
    }

    @Test
    void itIsReadAsItWasWritten() {
        Reference reference =
                Reference.of(
                        schema(),
                        List.of(answer(new float[] {1, 2}, 3), answer(new float[] {4, 0}, 5)),
                        false);
        assertThat(Reference.parse(reference.toJson())).isEqualTo(reference);
        assertThat(reference.toJson())
                .startsWith(
                        """
                        {"captures":2,"heldOut":false,"heads":{"material":{"kind":"classification",\
                        "shares":{"pet":0.5,"glass":0.5},"energy":{"mean":-3.1657,\
                        """);
    }

    @Test
    void whatIsNoReferenceIsRefused() {
        assertThatThrownBy(() -> Reference.parse("{}")).isInstanceOf(InvalidRecordException.class);
        assertThatThrownBy(() -> Reference.parse("null")).hasMessage("reference: is null");
        assertThatThrownBy(() -> new Reference(0, true, Map.of()))
                .isInstanceOf(InvalidRecordException.class);
        assertThatThrownBy(() ->
                        Reference.of(schema(), List.of(answer(new float[2], 0)), true)
                                .head("colour"))
                .hasMessage("reference.heads[colour]: is not there, only [material, quality]");
        Distribution energy = Distribution.of(new double[] {1});
        assertThatThrownBy(() -> new HeadReference.Classes(Map.of("pet", 0.4), energy))
                .hasMessage("reference.shares: sum to 0.4");
        assertThatThrownBy(() -> new Distribution(0, 1, List.of(1.0, 2.0)))
                .hasMessageContaining("has 2 values");
        assertThatThrownBy(() -> new Distribution(0, 1, List.of(1.0, 2.0, 1.0, 2.0, 2.0, 2.0, 2.0)))
                .hasMessage("reference.quantiles[2]: must be finite and not descend");
    }

    private static Schema schema() {
        Map<String, io.retort.contract.schema.Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(List.of("pet", "glass")));
        heads.put("quality", new RegressionHead(0, 1));
        return new Schema(
                "both", Map.of("x", new VectorModality("nm", List.of(1.0, 2.0), List.of())), heads);
    }

    private static Map<String, float[]> answer(float[] logits, float quality) {
        return Map.of("material", logits, "quality", new float[] {quality});
    }
}

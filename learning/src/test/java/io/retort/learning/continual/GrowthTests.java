package io.retort.learning.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GrowthTests {

    private static final Schema OLD = Spectra.withWear("pp", "pet");
    private static final Schema NEW = Spectra.withWear("abs", "pet", "glass", "pp");
    private static final String WEIGHT = "heads.material.weight";
    private static final String BIAS = "heads.material.bias";

    private final Weights old = weights(OLD, 4);
    private final Weights grown =
            Growth.between(OLD, NEW).weights(old, Architectures.student(NEW), 9);

    @Test
    void rowsOfKnownClassesAreFoundByName() {
        assertThat(row(grown, 1)).containsExactly(row(old, 1));
        assertThat(row(grown, 3)).containsExactly(row(old, 0));
        assertThat(grown.tensor(BIAS).values()[1]).isEqualTo(old.tensor(BIAS).values()[1]);
        assertThat(grown.tensor(BIAS).values()[3]).isEqualTo(old.tensor(BIAS).values()[0]);
    }

    @Test
    void whatIsBelowTheHeadsAndHeadsThatDoNotGrowStayAsTheyAre() {
        old.tensors()
                .forEach((name, tensor) -> {
                    if (!name.startsWith("heads.material.")) {
                        assertThat(grown.tensor(name).values())
                                .as(name)
                                .containsExactly(tensor.values());
                    }
                });
        grown.requireFit(Architectures.student(NEW));
    }

    @Test
    void aNewRowIsTheMeanOfTheKnownOnesAndItsBiasLower() {
        float[] first = row(old, 0);
        float[] second = row(old, 1);
        for (int added : List.of(0, 2)) {
            float[] row = row(grown, added);
            for (int i = 0; i < row.length; i++) {
                assertThat(row[i]).isCloseTo((first[i] + second[i]) / 2, within(0.005f));
            }
            assertThat((double) grown.tensor(BIAS).values()[added])
                    .isCloseTo((0.5 - 1.5) / 2 - Math.log(3), within(1e-6));
        }
        assertThat(row(grown, 0)).as("noise tells them apart").isNotEqualTo(row(grown, 2));
    }

    @Test
    void newClassesNeitherWinNorWeighMuchBeforeTheyAreTrained() {
        List<Map<String, float[]>> inputs =
                Spectra.examples(0, 2, 200, 8).stream().map(Example::inputs).toList();
        List<Prediction> before = predictions(OLD, old, inputs);
        List<Prediction> after = predictions(NEW, grown, inputs);
        for (int i = 0; i < inputs.size(); i++) {
            float[] known = logits(before.get(i));
            float[] all = logits(after.get(i));
            assertThat(Prediction.winner(all)).isEqualTo(Prediction.winner(known) == 0 ? 3 : 1);
            assertThat(probability(all, 0) + probability(all, 2)).isLessThan(1.0 / (1 + 2));
            assertThat(all[3]).isCloseTo(known[0], within(1e-5f));
        }
    }

    @Test
    void newHeadsStartFresh() {
        Map<String, Head> heads = new LinkedHashMap<>(OLD.heads());
        heads.put("state", new ClassificationHead(List.of("clean", "soiled")));
        Schema more = Spectra.schema(heads);
        Weights weights = Growth.between(OLD, more).weights(old, Architectures.student(more), 9);
        assertThat(weights.tensor("heads.state.weight").values())
                .containsExactly(
                        Weights.initial(Architectures.student(more), 9)
                                .tensor("heads.state.weight")
                                .values());
        assertThat(row(weights, 0)).containsExactly(row(old, 0));
    }

    @Test
    void whatLeavesTheSchemaIsNamed() {
        assertThatThrownBy(() -> Growth.between(OLD, Spectra.withWear("pp", "glass")))
                .isInstanceOf(InvalidRecordException.class)
                .hasMessageContaining("heads[material].classes")
                .hasMessageContaining("'pet' is missing");
        assertThatThrownBy(() -> Growth.between(OLD, Spectra.schema("pp", "pet")))
                .hasMessageContaining("heads[wear]");
        assertThatThrownBy(() ->
                        Growth.between(
                                OLD,
                                Spectra.schema(
                                        Map.of(
                                                "material",
                                                new RegressionHead(0, 1),
                                                "wear",
                                                new RegressionHead(100, 300)))))
                .hasMessageContaining("heads[material]")
                .hasMessageContaining("was a classification");
        assertThatThrownBy(() ->
                        Growth.between(
                                OLD,
                                new Schema(
                                        "small",
                                        Map.of(
                                                "spectrum",
                                                new VectorModality(
                                                        "nm", List.of(1.0, 2.0), List.of())),
                                        OLD.heads())))
                .hasMessageContaining("modalities");
    }

    @Test
    void examplesKeepTheirClassByName() {
        Example example =
                new Example(
                        "x",
                        "x",
                        Map.of(),
                        Map.of("material", 0f, "wear", 250f),
                        new Knowledge(
                                Map.of("material", new float[] {3, -1}, "wear", new float[] {240}),
                                Map.of("fused", new float[] {1, 2})));
        Example moved = Growth.between(OLD, NEW).example(example);
        assertThat(moved.targets()).containsEntry("material", 3f).containsEntry("wear", 250f);
        Knowledge knowledge = Objects.requireNonNull(moved.knowledge());
        assertThat(knowledge.heads().get("material")).containsExactly(-41, -1, -41, 3);
        assertThat(knowledge.heads().get("wear")).containsExactly(240);
        assertThat(knowledge.features().get("fused")).containsExactly(1, 2);
    }

    @Test
    void whatIsNewHasNoImportanceYet() {
        Map<String, float[]> moved =
                Growth.between(OLD, NEW)
                        .parameters(
                                Map.of(
                                        BIAS,
                                        new float[] {5, 7},
                                        "fusion.bias",
                                        new float[] {1, 2, 3}));
        assertThat(moved.get(BIAS)).containsExactly(0, 7, 0, 5);
        assertThat(moved.get("fusion.bias")).containsExactly(1, 2, 3);
    }

    private static Weights weights(Schema schema, long seed) {
        Map<String, Weights.Tensor> tensors =
                new LinkedHashMap<>(Weights.initial(Architectures.student(schema), seed).tensors());
        tensors.put(BIAS, new Weights.Tensor(List.of(2), new float[] {0.5f, -1.5f}));
        return new Weights(tensors);
    }

    private static float[] row(Weights weights, int row) {
        Weights.Tensor tensor = weights.tensor(WEIGHT);
        int width = tensor.shape().get(1);
        return Arrays.copyOfRange(tensor.values(), row * width, (row + 1) * width);
    }

    private static List<Prediction> predictions(
            Schema schema, Weights weights, List<Map<String, float[]>> inputs) {
        try (MultimodalModel model = new MultimodalModel(Architectures.student(schema), weights)) {
            return model.predict(inputs);
        }
    }

    private static float[] logits(Prediction prediction) {
        return Objects.requireNonNull(prediction.heads().get("material"));
    }

    private static double probability(float[] logits, int at) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.exp(logits[at]) / sum;
    }
}

package io.retort.learning.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.InvalidRecordException;
import io.retort.learning.model.Prediction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTests {

    private static final Example LABELLED = Fixtures.examples(1, 1).getFirst();
    private static final Example PLAIN = LABELLED.unlabelled();
    private static final Example TAUGHT =
            PLAIN.taught(new Knowledge(Map.of("material", new float[] {1, 2, 3}), Map.of()));
    private static final Example SHOWN =
            PLAIN.taught(new Knowledge(Map.of(), Map.of(Prediction.FUSED, new float[] {1})));

    @Test
    void aTwinLearnsFromLabelsAlone() {
        Recipe twin = Recipe.annotations();
        assertThat(twin.learnsFrom(LABELLED)).isTrue();
        assertThat(twin.learnsFrom(PLAIN)).isFalse();
        assertThat(twin.learnsFrom(TAUGHT)).isFalse();
        assertThat(twin.learnsFrom(SHOWN)).isFalse();
    }

    @Test
    void aStudentLearnsFromWhateverIsKnown() {
        Recipe student =
                Recipe.parse(
                        "{terms: [{kind: annotations}, {kind: divergence}, {kind: features}]}");
        assertThat(student.learnsFrom(LABELLED)).isTrue();
        assertThat(student.learnsFrom(PLAIN)).isFalse();
        assertThat(student.learnsFrom(TAUGHT)).isTrue();
        assertThat(student.learnsFrom(SHOWN)).isTrue();
        assertThat(student.without("features fused").learnsFrom(SHOWN)).isFalse();
        assertThat(student.without("annotations").learnsFrom(LABELLED)).isFalse();
    }

    @Test
    void attentionNeedsTheTeachersMapAndTheStudentsImage() {
        Recipe recipe =
                Recipe.parse("{terms: [{kind: attention, teacher: thermal, student: rgb}]}");
        Knowledge map =
                new Knowledge(
                        Map.of(),
                        Map.of(),
                        Map.of("thermal", new Prediction.Attention(1, 1, new float[] {1})));
        assertThat(recipe.learnsFrom(PLAIN.taught(map))).isTrue();
        assertThat(recipe.learnsFrom(SHOWN)).isFalse();
        assertThat(recipe.learnsFrom(Fixtures.with(PLAIN.taught(map), Map.of()))).isFalse();
    }

    @Test
    void jsonAndYamlSayTheSame() {
        Recipe json =
                Recipe.parse(
                        """
                        {"name": "mine", "terms": [
                          {"kind": "annotations", "weight": 0.5},
                          {"kind": "divergence", "temperature": 2, "schedule": {"ramp": 0.25}},
                          {"kind": "contrast", "teacher": "spectrum", "memory": 256}]}
                        """);
        Recipe yaml =
                Recipe.parse(
                        """
                        name: mine
                        terms:
                          - kind: annotations
                            weight: 0.5
                          - kind: divergence
                            temperature: 2
                            schedule: {ramp: 0.25}
                          - {kind: contrast, teacher: spectrum, memory: 256}
                        """);
        assertThat(yaml).isEqualTo(json);
        assertThat(json.terms())
                .containsExactly(
                        new Term.Annotations(0.5, 2, Schedule.ALWAYS),
                        new Term.Divergence(1, 2, new Schedule(0, 1, 0.25)),
                        new Term.Contrast(0.1, "spectrum", 64, 0.1, true, 256, Schedule.ALWAYS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"annotations", "default", "article"})
    void presetsAreReadByNameAndSurviveJson(String name) {
        Recipe preset = Recipe.preset(name);
        assertThat(Recipe.parse(name)).isEqualTo(preset);
        assertThat(Recipe.parse('"' + name + '"')).isEqualTo(preset);
        assertThat(Recipe.parse(preset.toJson())).isEqualTo(preset);
    }

    @Test
    void theArticlesRecipeHasItsThreeFamilies() {
        assertThat(Recipe.preset("article").terms())
                .extracting(Term::name)
                .containsExactly(
                        "annotations",
                        "divergence",
                        "features rgb",
                        "attention rgb",
                        "distance fused",
                        "angle fused",
                        "regressions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    best                                                 | recipe
                    {terms: [{kind: divergence}], temperature: 3}        | recipe.temperature
                    {name: x}                                            | recipe.terms
                    {terms: []}                                          | recipe.terms
                    {terms: [{kind: annotations}, {kind: annotations}]}  | recipe.terms[1]
                    {terms: [{kind: divergence}, {kind: magic}]}         | recipe.terms[1].kind
                    {terms: [{weight: 1}]}                               | recipe.terms[0].kind
                    {terms: [{kind: divergence, temprature: 3}]}         | recipe.terms[0].temprature
                    {terms: [{kind: annotations, temperature: 3}]}       | recipe.terms[0].temperature
                    {terms: [{kind: divergence, temperature: 0}]}        | recipe.terms[0].temperature
                    {terms: [{kind: divergence, temperature: hot}]}      | recipe.terms[0].temperature
                    {terms: [{kind: divergence, weight: -1}]}            | recipe.terms[0].weight
                    {terms: [{kind: divergence, weight: 0}]}             | recipe.terms[0].weight
                    {terms: [{kind: attention, teacher: fused}]}         | recipe.terms[0].teacher
                    {terms: [{kind: features, teacher: ''}]}             | recipe.terms[0].teacher
                    {terms: [{kind: decoupled-divergence, alpha: 0, beta: 0}]} | recipe.terms[0].alpha
                    {terms: [{kind: contrast, memory: -1}]}              | recipe.terms[0].memory
                    {terms: [{kind: divergence, schedule: {from: 0.5, until: 0.4}}]} | recipe.terms[0].schedule.until
                    {terms: [{kind: divergence, schedule: {start: 0.5}}]} | recipe.terms[0].schedule.start
                    """)
    void whatMeansNothingIsRefusedByItsField(String text, String field) {
        assertThatThrownBy(() -> Recipe.parse(text))
                .isInstanceOf(InvalidRecordException.class)
                .extracting(e -> ((InvalidRecordException) e).field())
                .isEqualTo(field);
    }

    @Test
    void aTermRampsUpAndEndsOnSchedule() {
        Schedule schedule = new Schedule(0.2, 0.8, 0.4);
        assertThat(List.of(0.0, 0.1999, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9))
                .extracting(schedule::factor)
                .usingComparatorForType(
                        (a, b) -> Math.abs(a - b) < 1e-9 ? 0 : Double.compare(a, b), Double.class)
                .containsExactly(0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 0.0, 0.0);
        assertThat(Schedule.ALWAYS.factor(0.999)).isEqualTo(1);
    }
}

package io.retort.distillation.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.contract.reference.Reference;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Capture;
import io.retort.distillation.Plant;
import io.retort.distillation.export.OnnxModel;
import io.retort.distillation.export.Variant;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.progress.Phase;
import io.retort.distillation.progress.Run;
import io.retort.distillation.publishing.PublishingException;
import io.retort.distillation.publishing.Registries;
import io.retort.distillation.publishing.RegistryServer;
import io.retort.learning.evaluation.HeadEvaluation;
import io.retort.learning.model.Prediction;
import io.retort.learning.model.WarmStart;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.samples.SampleStore;
import io.retort.learning.samples.Snapshot;
import io.retort.learning.training.NotFiniteException;
import io.retort.learning.training.Recipe;
import io.retort.preprocessing.Preprocessing;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DistillationTests {

    private static final int CAPTURES = 24;

    private final JsonMapper json = JsonMapper.builder().build();

    @TempDir Path folder;

    private RegistryServer registry;

    @BeforeEach
    void startRegistry() throws IOException {
        registry = RegistryServer.start();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    @Test
    void aStudentIsTrainedComparedExportedAndPublished() throws IOException {
        List<Run.Step> steps = new ArrayList<>();

        Result result =
                distillation(store(Plant::capture))
                        .run(Plans.quick(), folder.resolve("job"), new Run(steps::add));

        assertThat(result.version()).isEqualTo(1);
        assertThat(result.samples().used()).isEqualTo(CAPTURES);
        assertThat(result.samples().training()).isEqualTo(16);
        assertThat(result.samples().labelled()).isEqualTo(8);
        assertThat(result.samples().taught()).isEqualTo(16);
        assertThat(result.samples().heldOut()).isEqualTo(8);
        assertThat(result.samples().rejected()).isEmpty();
        assertThat(result.teachers()).containsExactly(Plant.TEACHER);
        assertThat(result.parityMaxAbsDiff()).isLessThan(1e-4);
        assertThat(result.int8().bytes()).isLessThan(result.fp32().bytes());
        HeadEvaluation student = material(result.evaluation().student().heads());
        assertThat(student.value()).isGreaterThan(0.9);
        assertThat(student.n()).isEqualTo(8);
        assertThat(material(result.evaluation().fp32().heads())).isEqualTo(student);
        assertThat(material(result.evaluation().int8().heads()).value()).isGreaterThan(0.7);
        assertThat(material(result.evaluation().constant().heads()).value()).isLessThan(0.6);
        assertThat(steps.stream().map(Run.Step::phase).distinct())
                .containsExactlyElementsOf(EnumSet.complementOf(EnumSet.of(Phase.SWEEP)));
    }

    @Test
    void theTwinTakesAsManyStepsAsTheStudent() throws IOException {
        List<Run.Step> steps = new ArrayList<>();

        Result result =
                distillation(store(Plant::capture))
                        .run(Plans.quick(), folder.resolve("job"), new Run(steps::add));

        assertThat(result.evaluation().twin()).isNotNull();
        assertThat(result.optimizerSteps()).isEqualTo(20 * 2);
        assertThat(epochs(steps, Phase.TWIN)).isEqualTo(epochs(steps, Phase.STUDENT)).isEqualTo(20);
    }

    @Test
    void whatWasPublishedSaysWhereItComesFrom() throws IOException {
        Result result =
                distillation(store(Plant::capture))
                        .run(Plans.quick(), folder.resolve("job"), new Run(_ -> {}));

        JsonNode version = registry.versions().getFirst();
        JsonNode provenance = version.path("provenance");
        assertThat(provenance.path("snapshot").asString()).isEqualTo(result.snapshot());
        assertThat(provenance.path("schema").asString()).isEqualTo(Plant.schema().digest());
        assertThat(provenance.path("architecture").asString()).isEqualTo("retort-plain");
        assertThat(provenance.path("teachers").path(0).asString()).isEqualTo(Plant.TEACHER);
        assertThat(provenance.path("settings").path("epochs").asInt()).isEqualTo(20);
        assertThat(provenance.path("recipe").path("name").asString()).isEqualTo("default");
        assertThat(provenance.path("gate").path("winner").asString()).isEqualTo("default");
        assertThat(provenance.path("gate").path("compared").path(0).path("name").asString())
                .isEqualTo("twin");
        assertThat(provenance.path("commit").asString()).isEqualTo("c0ffee");
        assertThat(provenance.path("parityMaxAbsDiff").isNumber()).isTrue();
        assertThat(provenance.path("started").asString()).isNotEmpty();
        JsonNode evaluation = version.path("evaluation");
        for (String model : List.of("student", "fp32", "int8", "twin", "constant")) {
            assertThat(evaluation.path(model).path("heads").has("material")).as(model).isTrue();
        }
        assertThat(evaluation.path("parameters").asLong()).isEqualTo(result.parameters());
        assertThat(evaluation.path("bytes").path("int8").asLong()).isEqualTo(result.int8().bytes());
        assertThat(registry.aliases()).containsExactly(Map.entry("student/production", 1));

        Snapshot.read(folder.resolve("snapshots").resolve(result.snapshot() + ".snapshot"));
        Path file = folder.resolve("published.onnx");
        Files.write(file, registry.artifact(result.int8().sha256()));
        try (OnnxModel model = OnnxModel.open(file)) {
            assertThat(model.metadata())
                    .containsEntry("retort.model", "student")
                    .containsEntry("retort.variant", "int8")
                    .containsEntry("retort.schema", Plans.quick().studentSchema().toJson());
            JsonNode carried =
                    json.readTree(
                            Objects.requireNonNull(model.metadata().get("retort.provenance")));
            assertThat(carried.path("snapshot").asString()).isEqualTo(result.snapshot());
            assertThat(carried.has("started")).isFalse();
            Reference reference =
                    Reference.parse(
                            Objects.requireNonNull(model.metadata().get(Reference.METADATA)));
            assertThat(reference.captures()).isEqualTo(result.samples().heldOut());
            assertThat(reference.heldOut()).isTrue();
            assertThat(reference.heads().keySet())
                    .containsExactlyElementsOf(Plant.schema().heads().keySet());
        }
    }

    @Test
    void variantsThatTheGateRefusesAreToldAndNotPublished() throws IOException {
        Result result =
                distillation(
                                store(Plant::capture),
                                registry.url(),
                                Duration.ofSeconds(10),
                                Plans.variants(1e6))
                        .run(Plans.quick(), folder.resolve("job"), new Run(_ -> {}));

        assertThat(result.variants())
                .extracting(VariantVerdict::variant)
                .containsExactly(Variant.INT8, Variant.FP16);
        assertThat(result.variants().getFirst().refused()).contains("times as fast as fp32's");
        assertThat(result.variants().getLast().refused()).isNull();
        JsonNode version = registry.versions().getFirst();
        assertThat(version.path("artifacts").propertyNames())
                .contains("fp32", "fp16")
                .doesNotContain("int8");
        assertThat(version.at("/provenance/variants/0/variant").asString()).isEqualTo("int8");
        assertThat(version.at("/provenance/variants/0/refused").asString())
                .isEqualTo(result.variants().getFirst().refused());
        assertThat(version.at("/provenance/variants/1").has("refused")).isFalse();
    }

    @Test
    void int8ThatLosesAnythingIsFineTunedWhereNothingMayBeLost() throws IOException {
        List<Run.Step> steps = new ArrayList<>();
        Result result =
                distillation(
                                store(Plant::capture),
                                registry.url(),
                                Duration.ofSeconds(10),
                                Plans.lossless())
                        .run(Plans.quick(), folder.resolve("job"), new Run(steps::add));

        VariantVerdict int8 = result.variants().getFirst();
        boolean tuned =
                steps.stream()
                        .anyMatch(step -> step.phase() == Phase.EXPORT && step.progress() != null);
        boolean loses = int8.gains().values().stream().anyMatch(gain -> gain.value() < -1e-9);
        if (loses) {
            assertThat(tuned).isTrue();
            assertThat(int8.refused()).contains("drops by");
        } else {
            assertThat(int8.refused()).isNull();
            assertThat(int8.how().contains("fine-tuned")).isEqualTo(tuned);
        }
        try (OnnxModel file = OnnxModel.open(folder.resolve("job/int8.onnx"))) {
            assertThat(file.metadata()).containsEntry("retort.quantization", int8.how());
        }
        assertThat(folder.resolve("job/tuned")).doesNotExist();
    }

    @Test
    void whereNothingIsHeldOutVariantsAreJudgedByWhatWasLearntFrom() throws IOException {
        Plan plan = Plans.of(List.of("rgb"), new HeldOut(Set.of(), 0), Recipe.annotations(), null);

        Result result =
                distillation(store(Plant::capture))
                        .run(plan, folder.resolve("job"), new Run(_ -> {}));

        assertThat(result.variants().getFirst().gains())
                .hasEntrySatisfying("material", gain -> assertThat(gain.n()).isGreaterThan(1));
    }

    @Test
    void aStudentOfStatisticsCarriesWhatComputesThem() throws IOException {
        Plan quick = Plans.quick();
        Plan plan =
                new Plan(
                        quick.model(),
                        quick.schema(),
                        quick.modalities(),
                        quick.heldOut(),
                        "retort-summary",
                        null,
                        quick.settings(),
                        quick.recipe(),
                        false,
                        quick.gate(),
                        null,
                        quick.card(),
                        quick.alias(),
                        null);

        Result result =
                distillation(store(Plant::capture))
                        .run(plan, folder.resolve("job"), new Run(_ -> {}));

        assertThat(material(result.evaluation().fp32().heads()).value()).isGreaterThan(0.9);
        Path file = folder.resolve("published.onnx");
        Files.write(file, registry.artifact(result.fp32().sha256()));
        try (OnnxModel model = OnnxModel.open(file)) {
            String carried = Objects.requireNonNull(model.metadata().get("retort.schema"));
            Schema schema = Schema.parse(carried);
            assertThat(schema.modality("rgb")).isInstanceOf(ImageSummaryModality.class);
            assertThat(registry.versions().getFirst().path("schema").toString())
                    .isEqualTo(json.readTree(carried).toString());
            Preprocessing preprocessing = new Preprocessing(schema);
            int right = 0;
            for (int i = 0; i < CAPTURES; i++) {
                float[] said =
                        Objects.requireNonNull(
                                model.run(List.of(preprocessing.tensors(Plant.capture(i))))
                                        .getFirst()
                                        .get("material"));
                String category =
                        Objects.requireNonNull(Plant.labels(i).get("material")).getCategory();
                List<String> classes = ((ClassificationHead) schema.head("material")).classes();
                right += classes.get(Prediction.winner(said)).equals(category) ? 1 : 0;
            }
            assertThat(right).isGreaterThan(CAPTURES * 9 / 10);
        }
    }

    @Test
    void aVersionCarriesItsModelCard() throws IOException {
        Result result =
                distillation(store(Plant::capture))
                        .run(Plans.quick(), folder.resolve("job"), new Run(_ -> {}));

        JsonNode artifacts = registry.versions().getFirst().path("artifacts");
        JsonNode card = json.readTree(published(artifacts, "card.json"));
        JsonNode marks = card.at("/heads/material");
        assertThat(marks.propertyNames()).containsExactly("fp32", "int8", "twin", "teacher");
        assertThat(marks.at("/int8/accuracy/value").asDouble())
                .isEqualTo(material(result.evaluation().int8().heads()).value());
        assertThat(marks.at("/teacher/accuracy/value").asDouble()).isEqualTo(1);
        // Two captures an object.
        assertThat(marks.at("/int8/accuracyByObject/n").asInt()).isEqualTo(4);
        assertThat(card.at("/heads/quality/int8/kind").asString()).isEqualTo("regression");
        assertThat(card.path("slices").propertyNames())
                .containsExactly("clean", "low-light", "blur", "dirt");
        assertThat(card.at("/slices/clean/int8").toString())
                .isEqualTo(json.valueToTree(result.evaluation().int8()).toString());
        assertThat(card.path("labelBudget")).hasSize(2);
        assertThat(card.at("/labelBudget/0/labelled").asInt()).isEqualTo(4);
        assertThat(card.at("/labelBudget/1/labelled").asInt()).isEqualTo(8);
        for (String training : List.of("default", "twin")) {
            assertThat(card.path("learningCurves").path(training).path("points"))
                    .as(training)
                    .hasSize(20);
        }
        assertThat(card.at("/gate/winner").asString()).isEqualTo("default");
        assertThat(card.at("/provenance/snapshot").asString()).isEqualTo(result.snapshot());
        assertThat(card.at("/size/int8/sha256").asString()).isEqualTo(result.int8().sha256());
        assertThat(new String(published(artifacts, "card.html"), StandardCharsets.UTF_8))
                .contains("<h1>student</h1>", result.fp32().sha256());
    }

    private byte[] published(JsonNode artifacts, String variant) {
        return registry.artifact(artifacts.path(variant).path("sha256").asString());
    }

    @Test
    void theSameSamplesAndPlanGiveTheSameFiles() throws IOException {
        Distillation distillation = distillation(store(Plant::capture));

        Result first = distillation.run(Plans.quick(), folder.resolve("1"), new Run(_ -> {}));
        Result second = distillation.run(Plans.quick(), folder.resolve("2"), new Run(_ -> {}));

        assertThat(second.fp32()).isEqualTo(first.fp32());
        assertThat(second.int8()).isEqualTo(first.int8());
    }

    @Test
    void heldOutCapturesChangeNeitherWeightsNorCalibration() throws IOException {
        Plan plan = Plans.quick();
        IntFunction<Capture> glaring =
                i ->
                        plan.heldOut().contains(Plant.group(i))
                                ? Plant.capture(i).toBuilder()
                                        .putModalities("rgb", Plant.image(white()))
                                        .build()
                                : Plant.capture(i);

        Path usual = folder.resolve("usual");
        Path other = folder.resolve("other");
        Result first = distillation(store(Plant::capture)).run(plan, usual, new Run(_ -> {}));
        Result second = distillation(store(glaring)).run(plan, other, new Run(_ -> {}));

        assertThat(second.snapshot()).isNotEqualTo(first.snapshot());
        for (String file : List.of("fp32.onnx", "int8.onnx")) {
            assertThat(answers(other.resolve(file)))
                    .as(file)
                    .isEqualTo(answers(usual.resolve(file)));
        }
    }

    @Test
    void aStudentOfTwoSensorsIsComparedWithGapsToo() throws IOException {
        Plan plan =
                Plans.of(
                        List.of("spectrum", "rgb"),
                        Plans.quick().heldOut(),
                        Recipe.preset("default"),
                        null);

        Result result =
                distillation(store(Plant::capture))
                        .run(plan, folder.resolve("job"), new Run(_ -> {}));

        assertThat(material(result.evaluation().int8().heads()).value()).isGreaterThan(0.7);
        Map<String, float[]> both = new LinkedHashMap<>();
        both.put("rgb", new float[0]);
        both.put("spectrum", new float[0]);
        assertThat(Variants.withGaps(List.of(both, both, both, both)))
                .extracting(Map::keySet)
                .containsExactly(
                        Set.of("rgb", "spectrum"),
                        Set.of("spectrum"),
                        Set.of("rgb", "spectrum"),
                        Set.of("rgb"));
    }

    @Test
    void withoutLabelsToLearnFromThereIsNoTwin() throws IOException {
        Plan plan = Plans.quick();
        SampleStore store = new SampleStore(folder.resolve("unlabelled"));
        for (int i = 0; i < CAPTURES; i++) {
            store.add(Plant.capture(i));
            store.add(Plant.softTarget(i));
            if (plan.heldOut().contains(Plant.group(i))) {
                store.add(Plant.annotation(i));
            }
        }

        Result result = distillation(store).run(plan, folder.resolve("job"), new Run(_ -> {}));

        assertThat(result.evaluation().twin()).isNull();
        assertThat(material(result.evaluation().student().heads()).value()).isGreaterThan(0.9);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SWEEP")
    void aJobIsCancelledInAnyPhase(Phase phase) throws IOException {
        Distillation distillation = distillation(store(Plant::capture));
        Run[] run = new Run[1];
        run[0] =
                new Run(step -> {
                    if (step.phase() == phase) {
                        run[0].cancel();
                    }
                });

        assertThatThrownBy(() -> distillation.run(Plans.quick(), folder.resolve("job"), run[0]))
                .isInstanceOf(CancellationException.class);
        assertThat(run[0].phase()).isEqualTo(phase);
        assertThat(registry.versions()).isEmpty();
    }

    @Test
    void aTrainingIsCancelledBetweenTwoSteps() throws IOException {
        Distillation distillation = distillation(store(Plant::capture));
        Run[] run = new Run[1];
        run[0] =
                new Run(step -> {
                    if (step.phase() == Phase.STUDENT
                            && step.progress() != null
                            && step.progress().epoch() == 3) {
                        run[0].cancel();
                    }
                });

        assertThatThrownBy(() -> distillation.run(Plans.quick(), folder.resolve("job"), run[0]))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("step 6");
    }

    @Test
    void aLossThatIsNoNumberEndsTheJobWithItsStep() throws IOException {
        Distillation distillation = distillation(store(Plant::capture));
        Plan plan =
                Plans.of(
                        List.of("rgb"),
                        Plans.quick().heldOut(),
                        Recipe.parse("{terms: [{kind: divergence, weight: 1.0e300}]}"),
                        null);

        assertThatThrownBy(() -> distillation.run(plan, folder.resolve("job"), new Run(_ -> {})))
                .isInstanceOf(NotFiniteException.class)
                .hasMessageContaining("stopped at step 1");
    }

    @Test
    void aModelThatCouldNotBePublishedIsKeptAndPublishedLater() throws IOException {
        URI url = RegistryServer.deserted();
        Distillation distillation =
                distillation(store(Plant::capture), url, Duration.ofMillis(100));
        Path job = folder.resolve("job");

        assertThatThrownBy(() -> distillation.run(Plans.quick(), job, new Run(_ -> {})))
                .isInstanceOf(PublishingException.class);
        assertThat(distillation.canPublish(job)).isTrue();

        try (RegistryServer back = RegistryServer.startAt(url)) {
            Result result = distillation.publish(job, new Run(_ -> {}));

            assertThat(result.version()).isEqualTo(1);
            assertThat(result.evaluation().heldOut()).isEqualTo(8);
            assertThat(back.aliases()).containsExactly(Map.entry("student/production", 1));
        }
    }

    @Test
    void aStudentStartsFromOneOfAnotherSchema() throws IOException {
        SampleStore store = store(Plant::capture);
        Plant.litter(store, CAPTURES);
        Distillation distillation = distillation(store);
        Path jobs = folder.resolve("jobs");
        HeldOut heldOut = Plans.quick().heldOut();
        Plan pretraining =
                Plans.of(
                        Plant.litterSchema(),
                        List.of("rgb"),
                        heldOut,
                        Recipe.annotations(),
                        null,
                        Plans.settings(5),
                        null);
        Result earlier = distillation.run(pretraining, jobs.resolve("earlier"), new Run(_ -> {}));
        assertThat(earlier.warmStart()).isNull();
        Weights donor = Weights.load(jobs.resolve("earlier/student.safetensors"));

        Result result =
                distillation.run(warm(heldOut, "earlier"), jobs.resolve("next"), new Run(_ -> {}));

        WarmStarted from = Objects.requireNonNull(result.warmStart());
        assertThat(from)
                .isEqualTo(
                        new WarmStarted(
                                "earlier",
                                "earlier",
                                donor.digest(),
                                Map.of("rgb", new WarmStart.Taken(8, 8))));
        Weights next = Weights.load(jobs.resolve("next/student.safetensors"));
        String weight = "encoders.rgb.6.weight";
        assertThat(next.tensor(weight).values())
                .as("moved by two small steps alone")
                .usingComparatorWithPrecision(1e-4f)
                .containsExactly(donor.tensor(weight).values());
        assertThat(next.tensor("heads.material.bias").shape()).containsExactly(3);
        JsonNode provenance = registry.versions().getLast().path("provenance");
        assertThat(json.treeToValue(provenance.path("warmStart"), WarmStarted.class))
                .isEqualTo(from);
        assertThat(provenance.path("job").asString()).isEqualTo("next");
    }

    @Test
    void aReleaseIsStartedFromByTheJobThatMadeIt() throws IOException {
        Distillation distillation = distillation(store(Plant::capture));
        Path jobs = folder.resolve("jobs");
        HeldOut heldOut = Plans.quick().heldOut();
        distillation.run(Plans.quick(), jobs.resolve("earlier"), new Run(_ -> {}));

        Result byJob =
                distillation.run(warm(heldOut, "earlier"), jobs.resolve("a"), new Run(_ -> {}));
        Result byRelease =
                distillation.run(warm(heldOut, "student@1"), jobs.resolve("b"), new Run(_ -> {}));

        assertThat(Objects.requireNonNull(byRelease.warmStart()).from()).isEqualTo("student@1");
        assertThat(byRelease.warmStart().job()).isEqualTo("earlier");
        assertThat(jobs.resolve("b/student.safetensors"))
                .hasSameBinaryContentAs(jobs.resolve("a/student.safetensors"));
        assertThat(byJob.warmStart()).isNotEqualTo(byRelease.warmStart());
    }

    @Test
    void whatCannotBeStartedFromIsSaid() throws IOException {
        Distillation distillation = distillation(store(Plant::capture));
        Path jobs = folder.resolve("jobs");
        HeldOut heldOut = Plans.quick().heldOut();
        distillation.run(Plans.quick(), jobs.resolve("elsewhere"), new Run(_ -> {}));
        Files.delete(jobs.resolve("elsewhere/student.safetensors"));

        assertThatThrownBy(() ->
                        distillation.run(
                                warm(heldOut, "student@1"), jobs.resolve("a"), new Run(_ -> {})))
                .hasMessage(
                        "warmStart: job elsewhere has left no student on this machine, and"
                                + " student@1 holds no trainable weights");
        assertThatThrownBy(() ->
                        distillation.run(
                                warm(heldOut, "student@2"), jobs.resolve("b"), new Run(_ -> {})))
                .isInstanceOf(PublishingException.class)
                .hasMessageContaining("student has no version 2");
    }

    /// Two steps that hardly move anything.
    private static Plan warm(HeldOut heldOut, String warmStart) {
        return Plans.of(
                Plant.schema(),
                List.of("rgb"),
                heldOut,
                Recipe.preset("default"),
                null,
                Plans.settings(1).withLearningRate(1e-5),
                warmStart);
    }

    private static int epochs(List<Run.Step> steps, Phase phase) {
        return (int) steps.stream().filter(s -> s.phase() == phase && s.progress() != null).count();
    }

    private static HeadEvaluation material(Map<String, HeadEvaluation> heads) {
        return Objects.requireNonNull(heads.get("material"));
    }

    private static byte[] white() {
        byte[] white = new byte[3 * 8 * 8];
        java.util.Arrays.fill(white, (byte) 255);
        return white;
    }

    /// What a file says to every capture of the plant.
    private static List<Map<String, List<Float>>> answers(Path onnx) throws IOException {
        Preprocessing preprocessing = new Preprocessing(Plans.quick().studentSchema());
        List<Map<String, float[]>> inputs = new ArrayList<>();
        for (int i = 0; i < CAPTURES; i++) {
            inputs.add(preprocessing.tensors(Plant.capture(i)));
        }
        try (OnnxModel model = OnnxModel.open(onnx)) {
            return model.run(inputs).stream().map(DistillationTests::boxed).toList();
        }
    }

    private static Map<String, List<Float>> boxed(Map<String, float[]> heads) {
        Map<String, List<Float>> boxed = new HashMap<>();
        heads.forEach((head, values) -> {
            List<Float> list = new ArrayList<>();
            for (float value : values) {
                list.add(value);
            }
            boxed.put(head, list);
        });
        return boxed;
    }

    /// Half of the captures on each side of the split are annotated; held-out ones all.
    private SampleStore store(IntFunction<Capture> captures) {
        SampleStore store = new SampleStore(folder.resolve("samples-" + captures.hashCode()));
        HeldOut heldOut = Plans.quick().heldOut();
        for (int i = 0; i < CAPTURES; i++) {
            store.add(captures.apply(i));
            store.add(Plant.softTarget(i));
            if (i % 2 == 0 || heldOut.contains(Plant.group(i))) {
                store.add(Plant.annotation(i));
            }
        }
        return store;
    }

    private Distillation distillation(SampleStore store) {
        return distillation(store, registry.url(), Duration.ofSeconds(10));
    }

    private Distillation distillation(SampleStore store, URI url, Duration patience) {
        return distillation(store, url, patience, Plans.variants());
    }

    private Distillation distillation(
            SampleStore store, URI url, Duration patience, VariantSettings variants) {
        return new Distillation(
                store,
                new DistillationSettings(
                        folder.resolve("snapshots"), 256, 64, 2, "c0ffee", variants),
                Registries.at(url, patience),
                json,
                Clock.systemUTC());
    }
}

package io.retort.teacher.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import io.retort.learning.samples.HeldOut;
import io.retort.learning.teacher.EnsembleWeights;
import io.retort.learning.teacher.Fitted;
import io.retort.learning.teacher.Folds;
import io.retort.learning.training.Augmentation;
import io.retort.learning.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeachersTests {

    private static final Clock NOON =
            Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);
    private static final Schema SCHEMA =
            new Schema(
                    "vector-only",
                    Map.of("v", new VectorModality("nm", List.of(1.0, 2.0), List.of())),
                    Map.of("material", new ClassificationHead(List.of("a", "b"))));

    @TempDir Path folder;

    @Test
    void theOneTrainedLastIsActiveAfterARestartToo() throws IOException {
        Teachers teachers = Teachers.open(folder, NOON);
        trained(teachers, 1);
        Teacher second = trained(teachers, 2);

        assertThat(teachers.active()).contains(second);
        Teachers restarted = Teachers.open(folder, NOON);
        assertThat(restarted.active()).contains(second);
        assertThat(restarted.all()).isEqualTo(teachers.all());
        assertThat(restarted.weights(second).digest()).isEqualTo(second.version());
    }

    @Test
    void aDamagedTeacherMakesRoomForTheOneBefore() throws IOException {
        Teachers teachers = Teachers.open(folder, NOON);
        Teacher first = trained(teachers, 1);
        Teacher second = trained(teachers, 2);
        Path weights = folder.resolve(second.id()).resolve("member-1.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        Teachers restarted = Teachers.open(folder, NOON);

        assertThat(restarted.active()).contains(first);
        assertThat(restarted.get(second.id()))
                .returns(Teacher.State.FAILED, Teacher::state)
                .satisfies(t -> assertThat(t.problem()).contains("is damaged"));
    }

    @Test
    void aTeacherOfAnEarlierProgramCannotAnswerButIsStillListed() throws IOException {
        Teachers teachers = Teachers.open(folder, NOON);
        Teacher teacher = trained(teachers, 1);
        Path own = folder.resolve(teacher.id());
        Path description = own.resolve("teacher.json");
        Files.writeString(
                description, Files.readString(description).replaceFirst("\"networks\" : 2,", ""));
        Files.delete(own.resolve("ensemble.json"));

        Teachers restarted = Teachers.open(folder, NOON);

        assertThat(restarted.active()).isEmpty();
        assertThat(restarted.get(teacher.id()))
                .returns(Teacher.State.FAILED, Teacher::state)
                .returns(0, Teacher::networks)
                .satisfies(t -> assertThat(t.problem()).startsWith("cannot be used again"));
    }

    @Test
    void aTrainingThatTheServiceDidNotEndHasFailed() {
        Teacher teacher = create(Teachers.open(folder, NOON), 1);

        assertThat(Teachers.open(folder, NOON).get(teacher.id()))
                .returns(Teacher.State.FAILED, Teacher::state)
                .returns("the service stopped before it was trained", Teacher::problem);
    }

    @Test
    void aFollowerTakesOverWhatAnotherInstanceTrainsAndWritesNothing() throws Exception {
        Teachers trainer = Teachers.open(folder, NOON);
        Teacher first = trained(trainer, 1);
        Teacher unfinished = create(trainer, 2);
        Teachers follower = Teachers.follow(folder, NOON);
        assertThat(follower.active()).contains(first);
        assertThat(follower.get(unfinished.id()).isTraining()).isTrue();
        Teacher third = trained(trainer, 3);
        List<Path> written = files();
        Queue<Object> events = new ConcurrentLinkedQueue<>();
        FollowedTeachers followed =
                new FollowedTeachers(follower, Duration.ofMillis(5), events::add);

        followed.start();
        await().until(() -> !events.isEmpty());
        followed.stop();

        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        TeacherTrained.class,
                        e -> {
                            assertThat(e.teacher()).isEqualTo(third);
                            assertThat(e.weights().digest()).isEqualTo(third.version());
                        });
        assertThat(files()).isEqualTo(written);
    }

    @Test
    void whoFollowsNobodyDoesNotLook() {
        FollowedTeachers followed =
                new FollowedTeachers(Teachers.open(folder, NOON), null, event -> {});

        followed.start();

        assertThat(followed.isRunning()).isFalse();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void whoIsNotThereIsNotFound() {
        Teachers teachers = Teachers.open(folder, NOON);
        create(teachers, 1);
        for (String id : new String[] {"2", "01", "..", "x"}) {
            assertThatThrownBy(() -> teachers.get(id)).isInstanceOf(TeacherNotFoundException.class);
        }
    }

    private static Teacher create(Teachers teachers, long seed) {
        TrainingSettings settings =
                new TrainingSettings(1, 1, 2, 1e-3, 0, 1, 1, 1, 0, 0, Augmentation.none(), seed);
        return teachers.create(SCHEMA, HeldOut.fifth(), settings, 2);
    }

    private static Teacher trained(Teachers teachers, long seed) throws IOException {
        Teacher teacher = create(teachers, seed);
        EnsembleWeights weights =
                new EnsembleWeights(
                        SCHEMA,
                        new Folds(2, Map.of("g1", 0, "g2", 1), Set.of()),
                        List.of(
                                Weights.initial(Architectures.teacher(SCHEMA), seed),
                                Weights.initial(Architectures.teacher(SCHEMA), -seed)),
                        Map.of("material", 1.5));
        Teacher trained = teacher.trained(NOON.instant(), new Fitted(weights, null), null);
        teachers.keep(trained, weights);
        return teachers.change(teacher.id(), _ -> trained);
    }
}

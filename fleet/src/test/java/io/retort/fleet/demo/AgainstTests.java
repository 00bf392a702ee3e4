package io.retort.fleet.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.retort.fleet.dataset.Dataset.Entry;
import io.retort.fleet.running.Doors;
import io.retort.fleet.simulation.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgainstTests {

    @TempDir Path folder;

    @Test
    void composesDoorsAreWhereItsFilePublishesThem() throws IOException {
        Path token = folder.resolve("token");
        Files.writeString(token, "t0ken\n");

        Doors doors = Against.doors("compose", token);

        assertThat(doors.token()).isEqualTo("t0ken");
        String compose = Files.readString(Path.of("../docker-compose.yml"));
        for (int port :
                new int[] {
                    doors.gateway().getPort(),
                    doors.teacher().getPort(),
                    doors.distillation().getPort(),
                    doors.registry().getPort(),
                    Integer.parseInt(doors.brokers().replaceAll(".*:", ""))
                }) {
            assertThat(compose).contains("\"127.0.0.1:%1$d:%1$d\"".formatted(port));
        }
    }

    @Test
    void aDoorThatIsNamedReplacesComposes() throws IOException {
        Doors doors =
                Against.doors(
                        "gateway=https://edge-1:8443,brokers=k1:9092,k2:9092",
                        folder.resolve("no-token"));

        assertThat(doors.gateway()).hasToString("https://edge-1:8443");
        assertThat(doors.brokers()).isEqualTo("k1:9092,k2:9092");
        assertThat(doors.registry()).hasToString("http://127.0.0.1:8083");
        assertThat(doors.token()).isEmpty();
    }

    @Test
    void aDoorThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> Against.doors("oven=http://a", folder.resolve("no-token")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("oven=http://a");
    }

    @Test
    void aRunsIdsAreItsOwnAndKeepTheirOrder() {
        Simulation simulation = new Simulation(1, 20);
        Tagged tagged = new Tagged(simulation, "run-x-");

        assertThat(tagged.entries().stream().map(Entry::id))
                .containsExactlyElementsOf(
                        simulation.entries().stream().map(e -> "run-x-" + e.id()).toList());
        assertThat(tagged.item(3).capture().getId()).isEqualTo(tagged.entries().get(3).id());
        assertThat(tagged.item(3).capture().getModalitiesMap())
                .isEqualTo(simulation.item(3).capture().getModalitiesMap());
    }
}

package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTests {

    private final String belt = Tokens.fresh();
    private final String office = Tokens.fresh();
    private Path file;

    @BeforeEach
    void open(@TempDir Path folder) {
        file = folder.resolve("tokens");
    }

    @Test
    void everyTokenIsNew() {
        assertThat(belt).matches("retort_[A-Za-z0-9_-]{43}").isNotEqualTo(office);
    }

    @Test
    void aFileNamesCallersByHashAndByCertificate() throws Exception {
        write(
                "# the hall",
                Tokens.line("belt-1", EnumSet.of(Role.STATION), belt) + "  # by the door",
                "",
                Tokens.line("office", EnumSet.of(Role.READER, Role.OPERATOR), office),
                "node-7 station,gateway cn:node 7.plant.example");
        Tokens tokens = Tokens.of(file);
        assertThat(tokens.byToken(belt)).isEqualTo(new Caller("belt-1", Set.of(Role.STATION)));
        assertThat(Objects.requireNonNull(tokens.byToken(office)).roles())
                .containsExactlyInAnyOrder(Role.READER, Role.OPERATOR);
        assertThat(tokens.byToken(Tokens.fresh())).isNull();
        assertThat(tokens.byToken("")).isNull();
        assertThat(Objects.requireNonNull(tokens.byCommonName("node 7.plant.example")).name())
                .isEqualTo("node-7");
        assertThat(tokens.byCommonName("node-7")).isNull();
        assertThat(Files.readString(file)).doesNotContain(belt, office);
    }

    @Test
    void aLineThatIsWrongIsToldByItsNumber() throws Exception {
        String hash = "0".repeat(64);
        for (String wrong :
                new String[] {
                    "belt station",
                    "belt station sha256:abc",
                    "belt station sha256:" + hash.replace('0', 'G'),
                    "belt station md5:" + hash,
                    "belt owner sha256:" + hash,
                    "belt station, sha256:" + hash,
                    "belt station sha256:" + hash + " more"
                }) {
            write("# first", wrong);
            assertThatThrownBy(() -> Tokens.of(file))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("line 2");
        }
        write("a station cn:x", "b station cn:x");
        assertThatThrownBy(() -> Tokens.of(file)).hasMessageContaining("cn:x has a line already");
    }

    @Test
    void aFileThatIsMissingIsRefused() {
        assertThatThrownBy(() -> Tokens.of(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file + " cannot be read");
    }

    @Test
    void aChangeHoldsWithoutARestartAndAMistakeChangesNothing() throws Exception {
        write(Tokens.line("belt-1", EnumSet.of(Role.STATION), belt));
        Tokens tokens = Tokens.of(file);
        assertThat(tokens.byToken(office)).isNull();

        write(Tokens.line("office", EnumSet.of(Role.READER), office));
        Awaitility.await().until(() -> tokens.byToken(office) != null);
        assertThat(tokens.byToken(belt)).as("taken out").isNull();

        write("nonsense");
        Awaitility.await()
                .during(WatchedFile.PAUSE.multipliedBy(2))
                .until(() -> tokens.byToken(office) != null);

        Files.delete(file);
        Awaitility.await()
                .during(WatchedFile.PAUSE.multipliedBy(2))
                .until(() -> tokens.byToken(office) != null);
    }

    @Test
    void theOneBesideAFileMayDoEverything() throws Exception {
        write(Tokens.line("belt-1", EnumSet.of(Role.STATION), belt));
        Tokens tokens = Tokens.of("fleet", office, file);
        assertThat(Objects.requireNonNull(tokens.byToken(office)).roles())
                .containsExactlyInAnyOrder(Role.values());
        assertThat(Objects.requireNonNull(tokens.byToken(belt)).name()).isEqualTo("belt-1");
    }

    private void write(String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }
}

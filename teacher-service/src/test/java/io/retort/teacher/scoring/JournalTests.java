package io.retort.teacher.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTests {

    @TempDir Path folder;

    @Test
    void remembersWhatIsDoneAfterARestart() {
        try (Journal journal = Journal.open(folder, "v1")) {
            journal.scored("a");
            journal.rejected("b\nü\u0000");
            assertThat(journal.scored()).isOne();
        }
        try (Journal journal = Journal.open(folder, "v1")) {
            assertThat(journal.contains("a")).isTrue();
            assertThat(journal.contains("b\nü\u0000")).isTrue();
            assertThat(journal.contains("c")).isFalse();
            assertThat(journal.scored()).isOne();
            assertThat(journal.rejected()).isOne();
        }
    }

    @Test
    void dropsARecordThatACrashCutShortAndGoesOn() throws IOException {
        try (Journal journal = Journal.open(folder, "v1")) {
            journal.scored("first");
            journal.scored("second");
        }
        Path file = folder.resolve("v1.journal");
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 1; cut <= "second".length() + 2; cut++) {
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - cut));
            try (Journal journal = Journal.open(folder, "v1")) {
                assertThat(journal.contains("first")).isTrue();
                assertThat(journal.contains("second")).isFalse();
                journal.scored("second");
            }
            assertThat(file).hasBinaryContent(whole);
        }
    }

    @Test
    void forgetsOtherVersions() {
        try (Journal journal = Journal.open(folder, "v1")) {
            journal.scored("a");
        }
        try (Journal journal = Journal.open(folder, "v2")) {
            assertThat(journal.contains("a")).isFalse();
        }
        assertThat(folder).isDirectoryNotContaining("glob:**v1*");
    }

    @Test
    void saysWhatToDoWithADamagedFile() throws IOException {
        Files.write(folder.resolve("v1.journal"), new byte[] {'X', 0, 1, 'a'});
        assertThatThrownBy(() -> Journal.open(folder, "v1"))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage(
                        folder.resolve("v1.journal")
                                + " is damaged: delete it to score everything again");
    }
}

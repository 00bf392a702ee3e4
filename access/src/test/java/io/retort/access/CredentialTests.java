package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialTests {

    @Test
    void withoutOneNothingIsShown() {
        assertThat(Credential.none().authorization()).isNull();
    }

    @Test
    void aFileIsReadAgainWhenItHasChanged(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("credential"), "first\n");
        Credential credential = Credential.of(file);
        assertThat(credential.authorization()).isEqualTo("Bearer first");
        // As a mounted secret changes: a link that points elsewhere.
        Path next = Files.writeString(folder.resolve("next"), "the-second");
        Files.delete(file);
        Files.createSymbolicLink(file, next);
        Awaitility.await().until(() -> "Bearer the-second".equals(credential.authorization()));
    }

    @Test
    void whatIsNoBareTokenIsRefused(@TempDir Path folder) throws Exception {
        for (String wrong :
                new String[] {"", " \n", "two words", "belt station\nsha256:0", "t\u00f6ken"}) {
            Path file = Files.writeString(folder.resolve("credential"), wrong);
            assertThatThrownBy(() -> Credential.of(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("this is not one bare token");
        }
    }
}

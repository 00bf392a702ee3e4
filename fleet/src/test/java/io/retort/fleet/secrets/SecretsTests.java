package io.retort.fleet.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTests {

    private final SecureRandom random = new SecureRandom();

    @TempDir Path folder;

    @Test
    void servicesKnowTokensByTheirHashAlone() throws IOException {
        Secrets.make(folder, random);

        String token = Files.readString(folder.resolve("credential-demo"));
        assertThat(token).hasSizeGreaterThan(40);
        assertThat(Files.readString(folder.resolve("tokens")))
                .contains(
                        "demo reader,publisher,operator,admin,station,gateway sha256:"
                                + Digests.sha256Hex(token.getBytes(StandardCharsets.UTF_8)))
                .contains("edge-gateway gateway sha256:")
                .doesNotContain(token);
    }

    @Test
    void whatIsThereIsKept() throws IOException {
        Secrets.make(folder, random);
        String password = Files.readString(folder.resolve("postgresql-password"));

        assertThat(Secrets.make(folder, random)).isEmpty();
        assertThat(folder.resolve("postgresql-password")).hasContent(password);
    }

    @Test
    void aDeletedCredentialIsMadeAnewAndLinesOfOthersStay() throws IOException {
        Secrets.make(folder, random);
        Files.writeString(
                folder.resolve("tokens"),
                Files.readString(folder.resolve("tokens")) + "belt-7 station sha256:00\n");
        List<String> before = Files.readAllLines(folder.resolve("tokens"));
        Files.delete(folder.resolve("credential-demo"));

        assertThat(Secrets.make(folder, random)).containsExactly("credential-demo", "tokens");

        List<String> after = Files.readAllLines(folder.resolve("tokens"));
        assertThat(after).hasSameSizeAs(before).contains("belt-7 station sha256:00");
        assertThat(after.stream().filter(line -> !before.contains(line)).toList())
                .singleElement()
                .asString()
                .startsWith("demo ");
    }

    @Test
    void onlyTheOwnerEntersTheFolder() throws IOException {
        Secrets.make(folder, random);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }
}

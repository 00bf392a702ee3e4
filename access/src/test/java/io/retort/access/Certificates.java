package io.retort.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// An authority and what it has signed, as PEM files.
final class Certificates {

    private static final String PASSWORD = "of-a-test";

    private final Path folder;
    private final Path store;

    /// @param folder of its own
    Certificates(Path folder) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.store = folder.resolve("all.p12");
        keytool("ca", "CN=Authority", "-ext", "bc:c");
        write("ca");
    }

    Path authority() {
        return folder.resolve("ca.crt");
    }

    Path certificate(String alias) {
        return folder.resolve(alias + ".crt");
    }

    Path key(String alias) {
        return folder.resolve(alias + ".key");
    }

    /// @param subject such as `CN=node-7, OU=hall 3`
    void sign(String alias, String subject) throws Exception {
        keytool(alias, subject, "-signer", "ca", "-ext", "san=dns:localhost,ip:127.0.0.1");
        write(alias);
    }

    private void keytool(String alias, String subject, String... more) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                alias,
                                "-dname",
                                subject,
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD));
        command.addAll(List.of(more));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("keytool.log").toFile())
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException(Files.readString(folder.resolve("keytool.log")));
        }
    }

    private void write(String alias) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        Files.writeString(
                certificate(alias), pem("CERTIFICATE", keys.getCertificate(alias).getEncoded()));
        Files.writeString(
                key(alias),
                pem("PRIVATE KEY", keys.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
    }

    static String pem(String what, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        what,
                        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(der),
                        what);
    }
}

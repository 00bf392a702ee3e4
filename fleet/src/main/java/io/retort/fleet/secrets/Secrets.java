package io.retort.fleet.secrets;

import io.retort.contract.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The files of `secrets/`. One that is there already is kept, so that a fleet which runs keeps its
/// passwords; a token whose file was deleted is made anew, and its line replaced.
///
/// Only their owner may enter the folder. The files in it may be read by everyone, since Compose
/// hands them into containers as they are, where the services have another user id.
final class Secrets {

    /// Who calls whom: roles by principal. `demo` may do everything.
    private static final Map<String, String> PRINCIPALS = principals();

    private static final String TOKENS = "tokens";

    private final Path folder;
    private final SecureRandom random;
    private final List<String> made = new ArrayList<>();

    private Secrets(Path folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
    }

    private static Map<String, String> principals() {
        Map<String, String> roles = new LinkedHashMap<>();
        roles.put("teacher-service", "reader");
        roles.put("distillation-service", "reader,publisher,operator");
        roles.put("edge-gateway", "gateway");
        roles.put("demo", "reader,publisher,operator,admin,station,gateway");
        return roles;
    }

    /// Names of the files that were made.
    static List<String> make(Path folder, SecureRandom random) throws IOException {
        Secrets secrets = new Secrets(folder, random);
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        secrets.password("postgresql-password");
        secrets.password("s3-access-key");
        secrets.password("s3-secret-key");
        secrets.password("grafana-password");
        secrets.tokens();
        secrets.s3proxy();
        return List.copyOf(secrets.made);
    }

    private void password(String name) throws IOException {
        if (!Files.exists(folder.resolve(name))) {
            write(name, fresh());
        }
    }

    private void tokens() throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        if (Files.exists(folder.resolve(TOKENS))) {
            for (String line : Files.readAllLines(folder.resolve(TOKENS))) {
                lines.put(line.strip().split("\\s+", 2)[0], line);
            }
        }
        int before = made.size();
        for (Map.Entry<String, String> principal : PRINCIPALS.entrySet()) {
            String file = "credential-" + principal.getKey();
            if (!Files.exists(folder.resolve(file)) || !lines.containsKey(principal.getKey())) {
                String token = fresh();
                write(file, token);
                lines.put(
                        principal.getKey(),
                        "%s %s sha256:%s"
                                .formatted(
                                        principal.getKey(),
                                        principal.getValue(),
                                        Digests.sha256Hex(token.getBytes(StandardCharsets.UTF_8))));
            }
        }
        if (made.size() > before) {
            write(TOKENS, String.join("\n", lines.values()) + "\n");
        }
    }

    /// S3Proxy takes its settings from a file, so its keys are in one too.
    private void s3proxy() throws IOException {
        String settings =
                """
                s3proxy.endpoint=http://0.0.0.0:8080
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=/data
                """
                        .formatted(
                                Files.readString(folder.resolve("s3-access-key")),
                                Files.readString(folder.resolve("s3-secret-key")));
        Path file = folder.resolve("s3proxy.properties");
        if (!Files.exists(file) || !Files.readString(file).equals(settings)) {
            write("s3proxy.properties", settings);
        }
    }

    /// 256 bits.
    private String fresh() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        made.add(name);
    }
}

package io.retort.fleet.bench.gateway;

import io.retort.access.Role;
import io.retort.access.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The credential with which all callers of a bench come, since guarding is a part of what is
/// measured.
final class Bearer {

    private static final String TOKEN = Tokens.fresh();

    /// Value of the header.
    static final String AUTHORIZATION = "Bearer " + TOKEN;

    private Bearer() {}

    /// The file by which a gateway knows it.
    static Path known(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("tokens"),
                Tokens.line("bench", Role.parse("station,reader,operator"), TOKEN) + "\n");
    }
}

package io.retort.fleet.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// [io.retort.fleet.bench.plain.PlainService] as a process.
record Plain(JavaProcess process, int port) implements AutoCloseable {

    static Plain start(Subject subject, Path folder, @Nullable CpuLimit limit) throws IOException {
        Path model = Files.write(folder.resolve("plain.onnx"), subject.onnx());
        Path schema = Files.writeString(folder.resolve("plain.json"), subject.schema().toJson());
        int port = JavaProcess.freePort();
        List<String> launch = new ArrayList<>(Installed.plain());
        launch.add("--server.address=127.0.0.1");
        launch.add("--server.port=" + port);
        launch.add("--plain.model=" + model);
        launch.add("--plain.schema=" + schema);
        launch.add("--spring.main.banner-mode=off");
        JavaProcess process =
                JavaProcess.start(
                        "plain", Gateway.FLAGS, launch, limit, folder.resolve("plain.log"));
        try {
            process.awaitReady(port, "/ready");
        } catch (IOException e) {
            process.close();
            throw e;
        }
        return new Plain(process, port);
    }

    @Override
    public void close() {
        process.close();
    }
}

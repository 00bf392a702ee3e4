package io.retort.fleet.dependencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DependenciesTests {

    private final StringWriter out = new StringWriter();

    @Test
    void whatServicesAreDeliveredWithMayBeDelivered() throws IOException {
        Path modules = Path.of("..");
        for (String service :
                new String[] {
                    "teacher-service", "distillation-service", "model-registry", "edge-gateway"
                }) {
            assumeTrue(
                    Files.exists(Bill.path(modules.resolve(service))),
                    service + " has no bill of materials: the build writes it");
            assertThat(Bill.read(modules.resolve(service)).dependencies())
                    .as(service)
                    .extracting(Dependency::name)
                    .contains("org.apache.tomcat.embed:tomcat-embed-core")
                    .doesNotContain("org.junit.jupiter:junit-jupiter");
        }
        assertThat(run(modules)).as(out::toString).isZero();
        assertThat(out.toString()).contains("com.microsoft.onnxruntime:onnxruntime:");
    }

    @Test
    void aLicenceThatNobodyTookIsNamed(@TempDir Path modules) throws IOException {
        bill(modules.resolve("one"), "Apache-2.0", "MIT");
        assertThat(run(modules)).isZero();
        bill(modules.resolve("two"), "AGPL-3.0-only");
        assertThat(run(modules)).isOne();
        assertThat(out.toString()).contains("takes: [there:two:1]");
    }

    @Test
    void aFolderWithoutABuiltModuleIsAnError(@TempDir Path modules) {
        assertThat(run(modules)).isNotZero();
    }

    private int run(Path modules) {
        return new CommandLine(new DependenciesCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute("--modules", modules.toString());
    }

    private static void bill(Path module, String... licences) throws IOException {
        StringBuilder ids = new StringBuilder();
        for (String licence : licences) {
            ids.append(ids.isEmpty() ? "" : ",")
                    .append("{\"license\":{\"id\":\"" + licence + "\"}}");
        }
        Path file = Bill.path(module);
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                {"bomFormat": "CycloneDX", "components": [
                 {"group": "there", "name": "%s", "version": "1", "licenses": [%s]},
                 {"group": "io.retort", "name": "contract", "version": "1"}]}
                """
                        .formatted(module.getFileName(), ids));
    }
}

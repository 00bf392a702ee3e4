package io.retort.fleet.dependencies;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A module's bill of materials (CycloneDX), as the build writes it beside the module's archive.
///
/// @param module its name
record Bill(String module, List<Dependency> dependencies) {

    private static final String OURS = "io.retort";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    Bill {
        dependencies = List.copyOf(dependencies);
    }

    /// Where the build puts the bill of a module.
    static Path path(Path module) {
        return module.resolve("target").resolve("sbom.json");
    }

    /// @throws IOException where it is not there, or is none
    static Bill read(Path module) throws IOException {
        JsonNode bill = JSON.readTree(Files.readString(path(module)));
        List<Dependency> dependencies = new ArrayList<>();
        for (JsonNode component : bill.path("components")) {
            String group = component.path("group").asString("");
            if (!group.equals(OURS)) {
                dependencies.add(
                        new Dependency(
                                group + ":" + component.path("name").asString(),
                                component.path("version").asString(),
                                licences(component)));
            }
        }
        String name = module.toAbsolutePath().normalize().getFileName().toString();
        if (!bill.path("bomFormat").asString("").equals("CycloneDX")) {
            throw new IOException(path(module) + " is no bill of materials");
        }
        return new Bill(name, dependencies);
    }

    private static List<String> licences(JsonNode component) {
        List<String> licences = new ArrayList<>();
        for (JsonNode one : component.path("licenses")) {
            JsonNode licence = one.path("license");
            String id = licence.path("id").asString("");
            String name = id.isEmpty() ? licence.path("name").asString("") : id;
            String whole = name.isEmpty() ? one.path("expression").asString("") : name;
            if (!whole.isEmpty()) {
                licences.add(whole);
            }
        }
        return licences;
    }
}

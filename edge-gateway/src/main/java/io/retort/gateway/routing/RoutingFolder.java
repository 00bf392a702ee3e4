package io.retort.gateway.routing;

import io.retort.contract.InvalidRecordException;
import io.retort.gateway.storage.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The policy that was put last, `policy.json`, and what the bins hold, `contents.json`.
final class RoutingFolder {

    private static final Logger log = LoggerFactory.getLogger(RoutingFolder.class);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    private final DurableFile policy;
    private final DurableFile contents;

    RoutingFolder(Path folder) {
        this.policy = new DurableFile(folder.resolve("policy.json"));
        this.contents = new DurableFile(folder.resolve("contents.json"));
    }

    /// @throws IOException also where the file is damaged: to route by another policy would put
    ///   items where nobody wants them
    Optional<Policy> policy() throws IOException {
        Optional<byte[]> json = policy.read();
        if (json.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(json.get(), Policy.class));
        } catch (JacksonException | InvalidRecordException e) {
            throw new IOException(policy.path() + " is damaged: " + e.getMessage(), e);
        }
    }

    void keep(Policy next) throws IOException {
        policy.write(JSON.writeValueAsBytes(next));
    }

    /// Nothing where the file is damaged, which the log says: the bins count from 0 then.
    Map<String, Content> contents() throws IOException {
        Optional<byte[]> json = contents.read();
        if (json.isEmpty()) {
            return Map.of();
        }
        try {
            return JSON.readValue(json.get(), new TypeReference<Map<String, Content>>() {});
        } catch (JacksonException e) {
            log.warn("{} is damaged, all bins count as empty", contents.path(), e);
            return Map.of();
        }
    }

    void keep(Map<String, Content> next) throws IOException {
        contents.write(JSON.writeValueAsBytes(next));
    }
}

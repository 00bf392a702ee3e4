package io.retort.registry.artifacts;

import java.io.InputStream;
import java.util.function.Consumer;
import org.springframework.core.io.Resource;

/// Where the bytes of artifacts lie, by digest. What lies under a digest was compared with it
/// before it could be seen, and is whole. A store that does not answer refuses with
/// [io.retort.registry.problems.Problem#UNAVAILABLE], and never says that a file is damaged.
interface ArtifactStore {

    /// Takes a body to its end and returns its size. What was in its place and is not of this
    /// digest is replaced. When anything is wrong nothing of the body is kept.
    long receive(Sha256 digest, InputStream body);

    boolean hasSize(Sha256 digest, long bytes);

    /// Reads the whole file.
    boolean isIntact(Sha256 digest, long bytes);

    /// The file's bytes from any position on, as [#hasSize] or [#isIntact] have just found them.
    Resource content(Sha256 digest, long bytes);

    /// Every file that lies here, in no order.
    void forEach(Consumer<Sha256> digest);

    /// Ends uploads that nobody goes on with: those of registries that were killed.
    void sweep();

    /// Refuses, with the reason, where nothing could be stored or read now. Takes a few seconds at
    /// most.
    void check();
}

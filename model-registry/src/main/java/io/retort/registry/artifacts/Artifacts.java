package io.retort.registry.artifacts;

import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.io.InputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// What the registry knows of each file; the files themselves lie in a store. The row is written
/// after the file is in its place, so a row without its file is damage and is reported as such.
@Component
public final class Artifacts {

    private static final Logger log = LoggerFactory.getLogger(Artifacts.class);
    private static final int SCRUB_PAGE = 100;

    private final JdbcClient jdbc;
    private final ArtifactStore store;
    private final Clock clock;

    Artifacts(JdbcClient jdbc, ArtifactStore store, Clock clock) {
        this.jdbc = jdbc;
        this.store = store;
        this.clock = clock;
    }

    /// @param verifiedAt when an upload last proved the bytes
    record Artifact(Sha256 sha256, long bytes, Instant verifiedAt, boolean damaged) {}

    record Upload(Sha256 sha256, long bytes, boolean created) {}

    record Totals(long artifacts, long bytes, long damaged) {}

    /// @param unknown files in the store that are no artifacts of the database: uploads under way,
    ///   and those that came after the copy from which the database was restored. They harm nothing
    record Scrubbed(long checked, List<Sha256> damaged, long unknown) {}

    /// Size in bytes, empty where there is no good copy.
    public Optional<Long> bytes(Sha256 sha256) {
        return find(sha256).filter(artifact -> !artifact.damaged()).map(Artifact::bytes);
    }

    /// The file, after its every byte was read and hashed.
    public Resource intact(Sha256 sha256) {
        return verifiedContent(get(sha256));
    }

    Upload receive(Sha256 sha256, InputStream body) {
        long bytes = store.receive(sha256, body);
        OffsetDateTime now = now();
        int known =
                jdbc.sql(
                                """
                                UPDATE artifact SET bytes = :bytes, verified_at = :now, damaged_at = NULL
                                WHERE sha256 = :sha256
                                """)
                        .param("bytes", bytes)
                        .param("now", now)
                        .param("sha256", sha256.hex())
                        .update();
        if (known == 1) {
            return new Upload(sha256, bytes, false);
        }
        int created =
                jdbc.sql(
                                """
                                INSERT INTO artifact (sha256, bytes, created_at, verified_at)
                                VALUES (:sha256, :bytes, :now, :now)
                                ON CONFLICT DO NOTHING
                                """)
                        .param("sha256", sha256.hex())
                        .param("bytes", bytes)
                        .param("now", now)
                        .update();
        return new Upload(sha256, bytes, created == 1);
    }

    Artifact get(Sha256 sha256) {
        Artifact artifact =
                find(sha256)
                        .orElseThrow(() ->
                                new RefusedException(
                                        Problem.NOT_FOUND, "There is no artifact " + sha256));
        if (artifact.damaged()) {
            throw damaged(sha256);
        }
        return artifact;
    }

    /// The file, of the right size at least.
    Resource content(Artifact artifact) {
        if (!store.hasSize(artifact.sha256(), artifact.bytes())) {
            markDamaged(artifact);
            throw damaged(artifact.sha256());
        }
        return store.content(artifact.sha256(), artifact.bytes());
    }

    /// The file, after its every byte was read and hashed.
    Resource verifiedContent(Artifact artifact) {
        if (!store.isIntact(artifact.sha256(), artifact.bytes())) {
            markDamaged(artifact);
            throw damaged(artifact.sha256());
        }
        return store.content(artifact.sha256(), artifact.bytes());
    }

    /// Reads every file, and ends abandoned uploads. Those that are known to be damaged are counted
    /// again.
    Scrubbed scrub() {
        store.sweep();
        long checked = 0;
        List<Sha256> damaged = new ArrayList<>();
        String after = "";
        while (true) {
            List<Artifact> page =
                    jdbc.sql(
                                    """
                                    SELECT sha256, bytes, verified_at, damaged_at FROM artifact
                                    WHERE sha256 > :after ORDER BY sha256 LIMIT :limit
                                    """)
                            .param("after", after)
                            .param("limit", SCRUB_PAGE)
                            .query(Artifacts::artifact)
                            .list();
            for (Artifact artifact : page) {
                checked++;
                if (!store.isIntact(artifact.sha256(), artifact.bytes())) {
                    markDamaged(artifact);
                    damaged.add(artifact.sha256());
                }
                after = artifact.sha256().hex();
            }
            if (page.size() < SCRUB_PAGE) {
                return new Scrubbed(checked, damaged, unknown());
            }
        }
    }

    private long unknown() {
        AtomicLong unknown = new AtomicLong();
        List<String> page = new ArrayList<>();
        store.forEach(digest -> {
            page.add(digest.hex());
            if (page.size() == SCRUB_PAGE) {
                unknown.addAndGet(unknown(page));
                page.clear();
            }
        });
        return unknown.get() + unknown(page);
    }

    private long unknown(List<String> digests) {
        if (digests.isEmpty()) {
            return 0;
        }
        long known =
                jdbc.sql(
                                """
                                SELECT COUNT(*) FROM artifact WHERE sha256 IN (:digests)
                                """)
                        .param("digests", digests)
                        .query((row, number) -> row.getLong(1))
                        .single();
        return digests.size() - known;
    }

    Totals totals() {
        return jdbc.sql(
                        """
                        SELECT COUNT(*) AS artifacts, COALESCE(SUM(bytes), 0) AS bytes,
                               COUNT(damaged_at) AS damaged
                        FROM artifact
                        """)
                .query((row, number) ->
                        new Totals(
                                row.getLong("artifacts"),
                                row.getLong("bytes"),
                                row.getLong("damaged")))
                .single();
    }

    private Optional<Artifact> find(Sha256 sha256) {
        return jdbc.sql(
                        """
                        SELECT sha256, bytes, verified_at, damaged_at FROM artifact
                        WHERE sha256 = :sha256
                        """)
                .param("sha256", sha256.hex())
                .query(Artifacts::artifact)
                .optional();
    }

    /// Leaves the row alone where an upload has healed the file since the artifact was looked up.
    private void markDamaged(Artifact artifact) {
        int marked =
                jdbc.sql(
                                """
                                UPDATE artifact SET damaged_at = :now
                                WHERE sha256 = :sha256 AND verified_at = :verified AND damaged_at IS NULL
                                """)
                        .param("now", now())
                        .param("sha256", artifact.sha256().hex())
                        .param("verified", artifact.verifiedAt().atOffset(ZoneOffset.UTC))
                        .update();
        if (marked == 1) {
            log.error(
                    "Artifact {} is damaged in its store; it is served again once it is uploaded again",
                    artifact.sha256());
        }
    }

    /// Databases keep microseconds.
    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static RefusedException damaged(Sha256 sha256) {
        return new RefusedException(
                Problem.DAMAGED_ARTIFACT,
                "Artifact " + sha256 + " is damaged; upload it again to heal it.");
    }

    private static Artifact artifact(ResultSet row, int number) throws SQLException {
        return new Artifact(
                new Sha256(row.getString("sha256")),
                row.getLong("bytes"),
                row.getObject("verified_at", OffsetDateTime.class).toInstant(),
                row.getObject("damaged_at") != null);
    }
}

package io.retort.registry.models;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.Times;
import io.retort.contract.v1.AliasMoved;
import io.retort.contract.v1.ReleaseEvent;
import io.retort.contract.v1.VersionPublished;
import io.retort.registry.artifacts.Artifacts;
import io.retort.registry.events.Outbox;
import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Models in the database. Whoever changes a model first locks its row, so versions count without
/// gaps, and its events are in the order of its changes.
@Component
final class Models {

    static final int ALIASES = 100;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Artifacts artifacts;
    private final Outbox outbox;
    private final JsonMapper json;
    private final Clock clock;

    Models(
            JdbcClient jdbc,
            PlatformTransactionManager transactionManager,
            Artifacts artifacts,
            Outbox outbox,
            JsonMapper json,
            Clock clock) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.artifacts = artifacts;
        this.outbox = outbox;
        this.json = json;
        this.clock = clock;
    }

    record Model(String model, Instant createdAt, int latestVersion) {}

    /// A version as lists show it.
    record Summary(
            String model,
            int version,
            Instant createdAt,
            List<String> modalities,
            Map<String, Publication.Artifact> artifacts,
            String contentHash) {}

    /// The whole version.
    record Version(
            String model,
            int version,
            Instant createdAt,
            @Schema(implementation = Object.class) JsonNode schema,
            List<String> modalities,
            Map<String, Publication.Artifact> artifacts,
            @Schema(implementation = Object.class) JsonNode provenance,
            @Schema(implementation = Object.class) JsonNode evaluation,
            String contentHash) {}

    record Published(int version, boolean created) {}

    record Alias(String alias, int version, Instant movedAt) {}

    /// @param previousVersion 0 where the alias is new, the same where nothing changed
    record Move(String model, String alias, int version, int previousVersion, Instant movedAt) {}

    /// What an alias points at, without reading the version itself.
    record Target(int version, String contentHash) {}

    Published publish(Name model, Publication publication) {
        publication.artifacts().forEach(this::requireArtifact);
        String contentHash = publication.hash().hex();
        return inTransaction(() -> {
            jdbc.sql(
                            """
                            INSERT INTO model (name, created_at, latest_version)
                            VALUES (:model, :now, 0)
                            ON CONFLICT DO NOTHING
                            """)
                    .param("model", model.text())
                    .param("now", now())
                    .update();
            int latest = lock(model);
            Optional<Integer> known = versionOf(model, contentHash);
            if (known.isPresent()) {
                return new Published(known.get(), false);
            }
            insert(model, latest + 1, publication, contentHash);
            outbox.add(published(model, latest + 1, publication));
            return new Published(latest + 1, true);
        });
    }

    /// @param expected the version that the alias must have now, 0 for none, null for any
    Move move(Name model, Name alias, int version, @Nullable Integer expected) {
        return inTransaction(() -> {
            int latest = lock(model);
            if (version < 1 || version > latest) {
                throw new InvalidRecordException(
                        "version", model + " has no version " + version + ", only 1 to " + latest);
            }
            Optional<Alias> current = alias(model, alias);
            int previous = current.map(Alias::version).orElse(0);
            if (expected != null && expected != previous) {
                throw movedMeanwhile(alias, previous);
            }
            if (previous == version) {
                return new Move(
                        model.text(),
                        alias.text(),
                        version,
                        version,
                        current.orElseThrow().movedAt());
            }
            OffsetDateTime now = now();
            if (previous == 0) {
                insertAlias(model, alias, version, now);
            } else {
                updateAlias(model, alias, version, previous, now);
            }
            outbox.add(moved(model, alias, version, previous));
            return new Move(model.text(), alias.text(), version, previous, now.toInstant());
        });
    }

    /// By name, those after the given one.
    List<Model> models(String after, int limit) {
        return jdbc.sql(
                        """
                        SELECT name, created_at, latest_version FROM model
                        WHERE name > :after ORDER BY name LIMIT :limit
                        """)
                .param("after", after)
                .param("limit", limit)
                .query(Models::model)
                .list();
    }

    Model model(Name model) {
        return jdbc.sql(
                        """
                        SELECT name, created_at, latest_version FROM model WHERE name = :model
                        """)
                .param("model", model.text())
                .query(Models::model)
                .optional()
                .orElseThrow(() -> noModel(model));
    }

    /// Newest first, those before the given one.
    List<Summary> versions(Name model, int before, int limit) {
        return jdbc.sql(
                        """
                        SELECT model, version, created_at, modalities, artifacts, content_hash
                        FROM model_version
                        WHERE model = :model AND version < :before ORDER BY version DESC LIMIT :limit
                        """)
                .param("model", model.text())
                .param("before", before)
                .param("limit", limit)
                .query((row, number) ->
                        new Summary(
                                row.getString("model"),
                                row.getInt("version"),
                                instant(row, "created_at"),
                                modalities(row),
                                artifacts(row),
                                row.getString("content_hash")))
                .list();
    }

    Version version(Name model, int version) {
        return jdbc.sql(
                        """
                        SELECT model, version, created_at, schema_json, modalities, artifacts, provenance,
                               evaluation, content_hash
                        FROM model_version WHERE model = :model AND version = :version
                        """)
                .param("model", model.text())
                .param("version", version)
                .query((row, number) ->
                        new Version(
                                row.getString("model"),
                                row.getInt("version"),
                                instant(row, "created_at"),
                                json.readTree(row.getString("schema_json")),
                                modalities(row),
                                artifacts(row),
                                json.readTree(row.getString("provenance")),
                                json.readTree(row.getString("evaluation")),
                                row.getString("content_hash")))
                .optional()
                .orElseThrow(() ->
                        new RefusedException(
                                Problem.NOT_FOUND, model + " has no version " + version));
    }

    Resource card(Name model, int version, CardForm form) {
        Publication.Artifact card = version(model, version).artifacts().get(form.variant());
        if (card == null) {
            throw new RefusedException(
                    Problem.NOT_FOUND,
                    "Version %d of %s has no model card as %s."
                            .formatted(version, model, form.type().getSubtype()));
        }
        return artifacts.intact(card.sha256());
    }

    List<Alias> aliases(Name model) {
        model(model);
        return jdbc.sql(
                        """
                        SELECT name, version, moved_at FROM alias
                        WHERE model = :model ORDER BY name LIMIT :limit
                        """)
                .param("model", model.text())
                .param("limit", ALIASES)
                .query(Models::alias)
                .list();
    }

    Target target(Name model, Name alias) {
        return jdbc.sql(
                        """
                        SELECT v.version, v.content_hash
                        FROM alias a JOIN model_version v ON v.model = a.model AND v.version = a.version
                        WHERE a.model = :model AND a.name = :alias
                        """)
                .param("model", model.text())
                .param("alias", alias.text())
                .query((row, number) ->
                        new Target(row.getInt("version"), row.getString("content_hash")))
                .optional()
                .orElseThrow(() ->
                        new RefusedException(Problem.NOT_FOUND, model + " has no alias " + alias));
    }

    private void requireArtifact(Name variant, Publication.Artifact artifact) {
        String field = "artifacts." + variant;
        long bytes =
                artifacts
                        .bytes(artifact.sha256())
                        .orElseThrow(() ->
                                new InvalidRecordException(
                                        field + ".sha256",
                                        "there is no good artifact "
                                                + artifact.sha256()
                                                + "; upload it first"));
        if (bytes != artifact.bytes()) {
            throw new InvalidRecordException(
                    field + ".bytes", "is " + artifact.bytes() + ", the artifact has " + bytes);
        }
    }

    /// Latest version; the row stays locked until the transaction ends.
    private int lock(Name model) {
        return jdbc.sql(
                        """
                        SELECT latest_version FROM model WHERE name = :model FOR UPDATE
                        """)
                .param("model", model.text())
                .query((row, number) -> row.getInt("latest_version"))
                .optional()
                .orElseThrow(() -> noModel(model));
    }

    private Optional<Integer> versionOf(Name model, String contentHash) {
        return jdbc.sql(
                        """
                        SELECT version FROM model_version
                        WHERE model = :model AND content_hash = :hash
                        """)
                .param("model", model.text())
                .param("hash", contentHash)
                .query((row, number) -> row.getInt("version"))
                .optional();
    }

    private void insert(Name model, int version, Publication publication, String contentHash) {
        int counted =
                jdbc.sql(
                                """
                                UPDATE model SET latest_version = :version
                                WHERE name = :model AND latest_version = :previous
                                """)
                        .param("version", version)
                        .param("model", model.text())
                        .param("previous", version - 1)
                        .update();
        if (counted != 1) {
            throw new RefusedException(
                    Problem.CONFLICT, model + " got another version meanwhile; publish again.");
        }
        jdbc.sql(
                        """
                        INSERT INTO model_version (model, version, created_at, schema_json, modalities,
                                                   artifacts, provenance, evaluation, content_hash)
                        VALUES (:model, :version, :now, :schema, :modalities,
                                :artifacts, :provenance, :evaluation, :hash)
                        """)
                .param("model", model.text())
                .param("version", version)
                .param("now", now())
                .param("schema", publication.canonicalSchema())
                .param("modalities", json.writeValueAsString(publication.modalities()))
                .param("artifacts", json.writeValueAsString(publication.artifacts()))
                .param("provenance", publication.provenance().toString())
                .param("evaluation", publication.evaluation().toString())
                .param("hash", contentHash)
                .update();
        publication
                .artifacts()
                .forEach((variant, artifact) ->
                        jdbc.sql(
                                        """
                                        INSERT INTO version_artifact (model, version, variant, sha256)
                                        VALUES (:model, :version, :variant, :sha256)
                                        """)
                                .param("model", model.text())
                                .param("version", version)
                                .param("variant", variant.text())
                                .param("sha256", artifact.sha256().hex())
                                .update());
    }

    private Optional<Alias> alias(Name model, Name alias) {
        return jdbc.sql(
                        """
                        SELECT name, version, moved_at FROM alias
                        WHERE model = :model AND name = :alias
                        """)
                .param("model", model.text())
                .param("alias", alias.text())
                .query(Models::alias)
                .optional();
    }

    private void insertAlias(Name model, Name alias, int version, OffsetDateTime now) {
        int aliases =
                jdbc.sql(
                                """
                                SELECT COUNT(*) FROM alias WHERE model = :model
                                """)
                        .param("model", model.text())
                        .query((row, number) -> row.getInt(1))
                        .single();
        if (aliases >= ALIASES) {
            throw new RefusedException(
                    Problem.CONFLICT, model + " has " + ALIASES + " aliases already, the most.");
        }
        jdbc.sql(
                        """
                        INSERT INTO alias (model, name, version, moved_at)
                        VALUES (:model, :alias, :version, :now)
                        """)
                .param("model", model.text())
                .param("alias", alias.text())
                .param("version", version)
                .param("now", now)
                .update();
    }

    private void updateAlias(
            Name model, Name alias, int version, int previous, OffsetDateTime now) {
        int moved =
                jdbc.sql(
                                """
                                UPDATE alias SET version = :version, moved_at = :now
                                WHERE model = :model AND name = :alias AND version = :previous
                                """)
                        .param("version", version)
                        .param("now", now)
                        .param("model", model.text())
                        .param("alias", alias.text())
                        .param("previous", previous)
                        .update();
        if (moved != 1) {
            throw movedMeanwhile(alias, previous);
        }
    }

    private ReleaseEvent published(Name model, int version, Publication publication) {
        VersionPublished.Builder published = VersionPublished.newBuilder().setVersion(version);
        publication
                .artifacts()
                .forEach((variant, artifact) ->
                        published.putArtifacts(variant.text(), artifact.sha256().hex()));
        return event(model).setVersionPublished(published).build();
    }

    private ReleaseEvent moved(Name model, Name alias, int version, int previous) {
        return event(model)
                .setAliasMoved(
                        AliasMoved.newBuilder()
                                .setAlias(alias.text())
                                .setVersion(version)
                                .setPreviousVersion(previous))
                .build();
    }

    private ReleaseEvent.Builder event(Name model) {
        return ReleaseEvent.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setModel(model.text())
                .setOccurredAt(Times.timestamp(now().toInstant()));
    }

    private <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }

    /// Databases keep microseconds.
    private OffsetDateTime now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private List<String> modalities(ResultSet row) throws SQLException {
        return List.of(json.readValue(row.getString("modalities"), String[].class));
    }

    private Map<String, Publication.Artifact> artifacts(ResultSet row) throws SQLException {
        Map<String, Publication.Artifact> byVariant = new TreeMap<>();
        json.readTree(row.getString("artifacts"))
                .properties()
                .forEach(variant ->
                        byVariant.put(
                                variant.getKey(),
                                json.treeToValue(variant.getValue(), Publication.Artifact.class)));
        return Collections.unmodifiableMap(byVariant);
    }

    private static Model model(ResultSet row, int number) throws SQLException {
        return new Model(
                row.getString("name"), instant(row, "created_at"), row.getInt("latest_version"));
    }

    private static Alias alias(ResultSet row, int number) throws SQLException {
        return new Alias(row.getString("name"), row.getInt("version"), instant(row, "moved_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static RefusedException noModel(Name model) {
        return new RefusedException(Problem.NOT_FOUND, "There is no model " + model);
    }

    private static RefusedException movedMeanwhile(Name alias, int current) {
        return new RefusedException(
                Problem.CONFLICT,
                current == 0
                        ? "Alias " + alias + " does not exist."
                        : "Alias " + alias + " is at version " + current + ".",
                Map.of("current", current),
                null);
    }
}

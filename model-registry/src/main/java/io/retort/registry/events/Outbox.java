package io.retort.registry.events;

import io.retort.contract.Records;
import io.retort.contract.v1.ReleaseEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Events that are to be published, written in the transaction of the change that they tell of. The
/// order within a model is that of its changes, since whoever changes a model holds its row's lock.
@Component
public final class Outbox {

    private final JdbcClient jdbc;
    private final Semaphore added = new Semaphore(0);

    Outbox(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    record Entry(long position, ReleaseEvent event) {}

    /// Joins the caller's transaction; there must be one.
    public void add(ReleaseEvent event) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("An event belongs into the transaction of its change");
        }
        jdbc.sql(
                        """
                        INSERT INTO outbox (id, event) VALUES (:id, :event)
                        """)
                .param("id", event.getId())
                .param("event", Records.check(event).toByteArray())
                .update();
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        added.release();
                    }
                });
    }

    /// False where another registry on the same database publishes at this moment; else until the
    /// end of the transaction none other does.
    boolean claim() {
        return jdbc.sql(
                        """
                        SELECT id FROM relay WHERE id = 1 FOR UPDATE SKIP LOCKED
                        """)
                .query((row, number) -> row.getInt("id"))
                .optional()
                .isPresent();
    }

    List<Entry> oldest(int limit) {
        return jdbc.sql(
                        """
                        SELECT position, event FROM outbox ORDER BY position LIMIT :limit
                        """)
                .param("limit", limit)
                .query((row, number) ->
                        new Entry(
                                row.getLong("position"),
                                Records.releaseEvent(row.getBytes("event"))))
                .list();
    }

    void remove(Entry entry) {
        int removed =
                jdbc.sql(
                                """
                                DELETE FROM outbox WHERE position = :position
                                """)
                        .param("position", entry.position())
                        .update();
        if (removed != 1) {
            throw new IllegalStateException("Event " + entry.event().getId() + " was gone");
        }
    }

    long depth() {
        return jdbc.sql(
                        """
                        SELECT COUNT(*) FROM outbox
                        """)
                .query((row, number) -> row.getLong(1))
                .single();
    }

    /// Returns when an event was committed here, or after the pause.
    void await(Duration pause) throws InterruptedException {
        if (added.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            added.drainPermits();
        }
    }

    void wake() {
        added.release();
    }
}

package io.retort.gateway.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTests {

    /// Of the records below, which are 10 bytes with their header.
    private static final int SIZE = 10;

    @TempDir private Path folder;

    @Test
    void recordsComeBackInOrderOverManySegments() throws Exception {
        try (Journal journal = journal(10_000, 35, WhenFull.REFUSE)) {
            append(journal, 25);
            assertThat(drain(journal, 4)).isEqualTo(numbers(0, 25));
            assertThat(journal.depth()).isZero();
        }
    }

    @Test
    void theNextJournalGoesOnWhereTheLastOneWas() throws Exception {
        try (Journal journal = journal(10_000, 35, WhenFull.REFUSE)) {
            append(journal, 9);
            journal.sent(5);
        }
        try (Journal journal = journal(10_000, 35, WhenFull.REFUSE)) {
            assertThat(journal.depth()).isEqualTo(4);
            journal.append(record(9));
            assertThat(drain(journal, 100)).isEqualTo(numbers(5, 10));
        }
    }

    @Test
    void nothingHasToBeClosedForThat() throws Exception {
        Journal killed = journal(10_000, 35, WhenFull.REFUSE);
        append(killed, 9);
        killed.sent(2);
        try (Journal journal = journal(10_000, 35, WhenFull.REFUSE)) {
            assertThat(drain(journal, 100)).isEqualTo(numbers(2, 9));
        }
    }

    @Test
    void aRecordThatWasHalfWrittenIsNotThere() throws Exception {
        try (Journal journal = journal(10_000, 1000, WhenFull.REFUSE)) {
            journal.append(record(0));
            journal.append(record(1));
        }
        Path file = segments().getFirst();
        for (int cut = 1; cut < SIZE; cut++) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(2 * SIZE - cut);
            }
            try (Journal journal = journal(10_000, 1000, WhenFull.REFUSE)) {
                assertThat(journal.depth()).isEqualTo(1);
                journal.append(record(1));
            }
            assertThat(Files.size(file)).isEqualTo(2 * SIZE);
        }
    }

    @Test
    void whatIsDamagedIsSkippedAndCounted() throws Exception {
        Journal journal = journal(10_000, 35, WhenFull.REFUSE);
        append(journal, 12);
        // The second record of the second segment of four.
        try (FileChannel channel = FileChannel.open(segments().get(1), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}), 2 * SIZE - 1);
        }
        assertThat(drain(journal, 100))
                .containsExactly("00", "01", "02", "03", "04", "08", "09", "10", "11");
        assertThat(journal.dropped()).isEqualTo(3);
        journal.close();
    }

    @Test
    void aFullJournalRefusesUntilSomethingIsSent() throws Exception {
        try (Journal journal = journal(60, 20, WhenFull.REFUSE)) {
            append(journal, 6);
            assertThatExceptionOfType(OutboxFullException.class)
                    .isThrownBy(() -> journal.append(record(6)))
                    .withMessageContaining("60 bytes wait");
            journal.sent(2);
            journal.append(record(6));
            assertThat(drain(journal, 100)).isEqualTo(numbers(2, 7));
            assertThat(journal.dropped()).isZero();
        }
    }

    @Test
    void orItDropsTheOldest() throws Exception {
        try (Journal journal = journal(60, 20, WhenFull.DROP_OLDEST)) {
            append(journal, 9);
            assertThat(journal.dropped()).isEqualTo(4);
            assertThat(drain(journal, 100)).isEqualTo(numbers(4, 9));
        }
    }

    @Test
    void aSegmentOfItsOwnCanBeDroppedToo() throws Exception {
        try (Journal journal = journal(30, 1000, WhenFull.DROP_OLDEST)) {
            append(journal, 4);
            assertThat(drain(journal, 100)).isEqualTo(numbers(3, 4));
            assertThatExceptionOfType(OutboxFullException.class)
                    .isThrownBy(() -> journal.append(new byte[100]));
        }
    }

    @Test
    void whatWasSentStaysForAWhile() throws Exception {
        try (Journal journal = journal(10_000, 20, WhenFull.REFUSE)) {
            append(journal, 20);
            journal.sent(20);
            List<String> kept = new ArrayList<>();
            journal.forEach((sequence, bytes) -> kept.add(text(bytes)));
            // 50 bytes are kept, in segments of 20.
            assertThat(kept).isEqualTo(numbers(16, 20));
        }
    }

    @Test
    void whoWaitsIsWokenByARecordAndByTheEnd() throws Exception {
        Journal journal = journal(10_000, 1000, WhenFull.REFUSE);
        AtomicReference<List<Journal.Stored>> found = new AtomicReference<>();
        Thread waiting = waiting(journal, found);
        journal.append(record(7));
        waiting.join();
        assertThat(found.get()).extracting(stored -> text(stored.bytes())).containsExactly("07");
        journal.sent(1);
        Thread last = waiting(journal, found);
        journal.close();
        last.join();
        assertThat(found.get()).isEmpty();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> journal.append(record(8)));
    }

    @Test
    void aThreadThatIsInterruptedWhileItWritesDoesNotStopTheOthers() throws Exception {
        try (Journal journal = journal(10_000, 1000, WhenFull.REFUSE)) {
            journal.append(record(0));
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> journal.append(record(1)));
            assertThat(Thread.interrupted()).isTrue();
            journal.append(record(2));
            journal.force();
            assertThat(drain(journal, 100)).containsExactly("00", "02");
        }
    }

    private Journal journal(long largest, long segment, WhenFull whenFull) throws IOException {
        return new Journal(folder, new Journal.Bounds(largest, segment, 50, whenFull));
    }

    private static void append(Journal journal, int records) throws IOException {
        for (int i = 0; i < records; i++) {
            journal.append(record(i));
        }
    }

    private static Thread waiting(Journal journal, AtomicReference<List<Journal.Stored>> found) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        found.set(journal.waiting(10, 1000));
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    /// All that waits, batch by batch.
    private static List<String> drain(Journal journal, int batch) throws Exception {
        List<String> all = new ArrayList<>();
        while (journal.depth() > 0) {
            List<Journal.Stored> next = journal.waiting(batch, 1000);
            next.forEach(stored -> all.add(text(stored.bytes())));
            journal.sent(next.getLast().sequence() + 1);
        }
        return all;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Segment::is).sorted().toList();
        }
    }

    private static List<String> numbers(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(text(record(i)));
        }
        return numbers;
    }

    private static byte[] record(int number) {
        return "%02d".formatted(number).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] record) {
        return new String(record, StandardCharsets.UTF_8);
    }
}

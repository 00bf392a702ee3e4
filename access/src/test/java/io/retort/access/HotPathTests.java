package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway answers thousands of pictures a second; being let in must not be felt.
class HotPathTests {

    private static final int CALLS = 200_000;
    private static final int STATIONS = 50;
    private static final long LARGEST_BYTES = 2048;

    @Test
    void beingLetInCostsLittleMemory(@TempDir Path folder) throws Exception {
        StringBuilder lines = new StringBuilder();
        String token = "";
        for (int station = 0; station < STATIONS; station++) {
            token = Tokens.fresh();
            lines.append(Tokens.line("station-" + station, EnumSet.of(Role.STATION), token))
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("tokens"), lines);
        Tokens tokens = Tokens.of(file);
        Row[] rows = new Row[30];
        for (int row = 0; row < rows.length - 1; row++) {
            rows[row] = Row.post("/api/v1/things/{id}/" + row, Role.OPERATOR);
        }
        rows[rows.length - 1] = Row.post("/api/v1/assessments", Role.STATION);
        Access access =
                new Access(
                        AccessTable.of(rows),
                        presented -> tokens.byToken(String.valueOf(presented.bearer())));
        Presented presented = new Presented("Bearer " + token, null);
        long bytes = Long.MAX_VALUE;
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // Once the code is compiled.
        for (int round = 0; round < 8; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                assertAdmitted(access.verdict("POST", "/api/v1/assessments", presented));
            }
            bytes = Math.min(bytes, (threads.getCurrentThreadAllocatedBytes() - before) / CALLS);
        }
        assertThat(bytes).isLessThan(LARGEST_BYTES);
    }

    private static void assertAdmitted(Verdict verdict) {
        if (!(verdict instanceof Verdict.Admitted)) {
            throw new AssertionError(verdict);
        }
    }
}

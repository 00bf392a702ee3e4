package io.retort.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.retort.contract.InvalidRecordException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinesTests {

    @Test
    void linesComeOneByOneWithoutTheirEndsAndBlankOnesAreLeftOut() throws IOException {
        Lines lines = lines("a\n\n \t\r\nb\r\nc", 10);
        assertThat(text(lines.next())).isEqualTo("a");
        assertThat(text(lines.next())).isEqualTo("b\r");
        assertThat(text(lines.next())).isEqualTo("c");
        assertThat(lines.next()).isNull();
        assertThat(lines.next()).isNull();
    }

    @Test
    void aLineThatIsTooLongIsRefusedAndTheNextIsRead() throws IOException {
        Lines lines = lines("12345\n123456\n" + "x".repeat(100_000) + "\nend\n", 5);
        assertThat(text(lines.next())).isEqualTo("12345");
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(InvalidRecordException.class)
                    .isThrownBy(lines::next)
                    .satisfies(e -> assertThat(e.field()).isEqualTo("line"));
        }
        assertThat(text(lines.next())).isEqualTo("end");
        assertThat(lines.next()).isNull();
    }

    @Test
    void aLineIsThereBeforeTheNextByteIs() throws IOException {
        // Reading beyond the line's end fails, as it would wait for ever on a connection.
        byte[] sent = "first\n".getBytes(StandardCharsets.UTF_8);
        InputStream in =
                new InputStream() {
                    private int at;

                    @Override
                    public int read() {
                        if (at == sent.length) {
                            throw new AssertionError("reads beyond the line");
                        }
                        return sent[at++];
                    }

                    @Override
                    public int read(byte[] bytes, int from, int length) {
                        bytes[from] = (byte) read();
                        return 1;
                    }
                };
        assertThat(text(new Lines(in, 10).next())).isEqualTo("first");
    }

    private static Lines lines(String body, int longest) {
        return new Lines(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), longest);
    }

    private static String text(byte @Nullable [] line) {
        return line == null ? "nothing" : new String(line, StandardCharsets.UTF_8);
    }
}

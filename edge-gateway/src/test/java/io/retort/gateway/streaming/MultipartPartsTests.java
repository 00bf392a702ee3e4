package io.retort.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.retort.contract.InvalidRecordException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

class MultipartPartsTests {

    private static final String TYPE = "multipart/form-data; boundary=\"b--\"";

    @Test
    void partsHaveTheirHeadersAndBodies() throws IOException {
        MultipartParts parts =
                parts(
                        String.join(
                                "\r\n",
                                "a preamble",
                                "--b--",
                                "Content-Disposition: form-data; name=\"one\"",
                                "Content-TYPE:image/png",
                                "",
                                "first",
                                "--b--  ",
                                "",
                                "",
                                "--b----",
                                "an epilogue"),
                        100);
        MultipartParts.Part first = next(parts);
        assertThat(first.name()).isEqualTo("one");
        assertThat(first.is(MediaType.IMAGE_PNG)).isTrue();
        assertThat(first.header("Content-Type")).isEqualTo("image/png");
        assertThat(first.body()).asString().isEqualTo("first");
        MultipartParts.Part second = next(parts);
        assertThat(second.name()).isEmpty();
        assertThat(second.body()).isEmpty();
        assertThat(parts.next()).isNull();
        assertThat(parts.next()).isNull();
    }

    @Test
    void whatLooksLikeADelimiterIsPartOfTheBody() throws IOException {
        for (String body :
                List.of(
                        "\r\n--b-",
                        "\r\n--b",
                        "\r\r\n--b-\r\n--\r\n--b-x",
                        "\r\n\r\n-",
                        "--b--",
                        "\n--b--\r\n",
                        "\r\n--\r\n--b-\r")) {
            for (int step : new int[] {1, 3, 8192}) {
                MultipartParts parts =
                        new MultipartParts(
                                inSteps(
                                        "--b--\r\n\r\n" + body + "\r\n--b--\r\n\r\nx\r\n--b----",
                                        step),
                                TYPE,
                                100);
                assertThat(next(parts).body()).asString().isEqualTo(body);
                assertThat(next(parts).body()).asString().isEqualTo("x");
                assertThat(parts.next()).isNull();
            }
        }
    }

    @Test
    void aPartWithALengthIsThereAtItsLastByte() throws IOException {
        InputStream endless =
                new InputStream() {
                    private final InputStream sent =
                            new ByteArrayInputStream(
                                    "--b--\r\nContent-Length: 7\r\n\r\n\r\n--b--"
                                            .getBytes(StandardCharsets.US_ASCII));

                    @Override
                    public int read() throws IOException {
                        int next = sent.read();
                        if (next < 0) {
                            throw new AssertionError("reads beyond the part");
                        }
                        return next;
                    }

                    @Override
                    public int read(byte[] bytes, int from, int length) throws IOException {
                        bytes[from] = (byte) read();
                        return 1;
                    }
                };
        assertThat(next(new MultipartParts(endless, TYPE, 7)).body())
                .asString()
                .isEqualTo("\r\n--b--");
    }

    @Test
    void aPartThatIsTooLargeIsRefusedAndTheNextIsRead() throws IOException {
        String large = "x".repeat(20_000);
        MultipartParts parts =
                parts(
                        "--b--\r\n\r\n"
                                + large
                                + "\r\n--b--\r\nContent-Length: 20000\r\n\r\n"
                                + large
                                + "\r\n--b--\r\n\r\n12345"
                                + "\r\n--b----",
                        5);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(InvalidRecordException.class)
                    .isThrownBy(parts::next)
                    .withMessage("part: '' has 20000 bytes, allowed are 5");
        }
        assertThat(next(parts).body()).asString().isEqualTo("12345");
        assertThat(parts.next()).isNull();
    }

    @Test
    void aBodyThatIsNoneIsRefused() throws IOException {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() ->
                        new MultipartParts(InputStream.nullInputStream(), "multipart/mixed", 1))
                .satisfies(e -> assertThat(e.field()).isEqualTo("boundary"));
        for (String body :
                List.of("", "nothing", "--b--\r\n", "--b--\r\n\r\nhalf", "--b--\r\nA: b")) {
            MultipartParts parts = parts(body, 100);
            assertThatExceptionOfType(EOFException.class).isThrownBy(parts::next);
        }
        for (String body :
                List.of(
                        "--b--nonsense\r\n",
                        "--b--\r\nno header\r\n\r\n",
                        "--b--\r\nContent-Length: -1\r\n\r\n",
                        "--b--\r\nContent-Length: many\r\n\r\n",
                        "--b--\r\n" + "A: " + "x".repeat(10_000) + "\r\n\r\n")) {
            MultipartParts parts = parts(body, 100);
            assertThatIOException().isThrownBy(parts::next);
        }
        MultipartParts longer = parts("--b--\r\nContent-Length: 1\r\n\r\n12\r\n--b----", 100);
        assertThat(next(longer).body()).asString().isEqualTo("1");
        assertThatIOException().isThrownBy(longer::next).withMessageContaining("Content-Length");
    }

    private static MultipartParts.Part next(MultipartParts parts) throws IOException {
        MultipartParts.Part part = parts.next();
        if (part == null) {
            throw new AssertionError("there is no next part");
        }
        return part;
    }

    private static MultipartParts parts(String body, int largest) {
        return new MultipartParts(inSteps(body, 8192), TYPE, largest);
    }

    private static InputStream inSteps(String body, int step) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.US_ASCII)) {
            @Override
            public synchronized int read(byte[] bytes, int from, int length) {
                return super.read(bytes, from, Math.min(length, step));
            }
        };
    }
}

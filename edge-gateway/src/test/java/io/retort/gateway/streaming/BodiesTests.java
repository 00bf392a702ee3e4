package io.retort.gateway.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class BodiesTests {

    private static final int LIMIT = 3 * 1024 * 1024;

    /// Around each size at which memory is taken.
    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 65_536, 262_144, 262_145, 1_048_575, 1_048_576, 1_048_577, 2_000_000, LIMIT
            })
    void aBodyIsReadWholeWhetherItsLengthIsAnnouncedOrNot(int length) throws IOException {
        byte[] sent = new byte[length];
        new SplittableRandom(length).nextBytes(sent);
        assertThat(read(sent, true)).isEqualTo(sent);
        assertThat(read(sent, false)).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyAboveTheLimitIsRefused(boolean announced) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(new byte[LIMIT + 1], announced))
                .withMessage("more than " + LIMIT);
    }

    private static byte[] read(byte[] sent, boolean announced) throws IOException {
        MockHttpServletRequest request =
                new MockHttpServletRequest() {
                    @Override
                    public long getContentLengthLong() {
                        return announced ? super.getContentLengthLong() : -1;
                    }
                };
        request.setContent(sent);
        return Bodies.read(
                request, LIMIT, limit -> new IllegalArgumentException("more than " + limit));
    }
}

package io.retort.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.aot.AotDetector;
import org.springframework.core.SpringProperties;

/// The same of a gateway whose beans are those that the build settled.
class PreparedCaptureStreamTests extends CaptureStreamTests {

    /// The gateway starts after it.
    @Override
    Broker broker() {
        SpringProperties.setFlag(AotDetector.AOT_ENABLED);
        return super.broker();
    }

    @AfterAll
    static void withdraw() {
        SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
    }

    /// What finds beans by annotations is not there.
    @Test
    void itIsThePreparedOne() {
        assertThat(
                        gateway.containsBeanDefinition(
                                "org.springframework.context.annotation"
                                        + ".internalConfigurationAnnotationProcessor"))
                .isFalse();
    }
}

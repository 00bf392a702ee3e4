package io.retort.gateway.idempotency;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param kept how long after its answer a key is known
/// @param mostKeys known at the same time; the oldest goes first
/// @param largestAnswer that is kept; of a larger one it is known that it was given
/// @param largestAnswers of all keys together; the oldest goes first
@Validated
@ConfigurationProperties("retort.idempotency")
record IdempotencySettings(
        @DefaultValue("24h") @DurationMin(seconds = 1) Duration kept,
        @DefaultValue("1000") @Min(1) int mostKeys,
        @DefaultValue("1MB") DataSize largestAnswer,
        @DefaultValue("16MB") DataSize largestAnswers) {}

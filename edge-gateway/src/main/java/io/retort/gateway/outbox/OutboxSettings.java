package io.retort.gateway.outbox;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// @param enabled false sends nothing: for a gateway whose plant has no broker
/// @param folder of one gateway's own
/// @param largest bytes of decisions that wait for the broker
/// @param kept bytes of decisions that stay after they were sent, by which a restarted gateway
///   recognises captures that it decided
/// @param forced true answers once a decision is on disk; false once the operating system has it,
///   so that a power cut may lose the last few
@Validated
@ConfigurationProperties("retort.outbox")
public record OutboxSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("data/edge-gateway/outbox") Path folder,
        @DefaultValue("256MB") DataSize largest,
        @DefaultValue("32MB") DataSize kept,
        @DefaultValue("drop-oldest") WhenFull whenFull,
        @DefaultValue("false") boolean forced) {

    private static final DataSize SEGMENT = DataSize.ofMegabytes(4);

    public OutboxSettings {
        if (largest.compareTo(DataSize.ofKilobytes(1)) < 0) {
            throw new IllegalArgumentException(
                    "retort.outbox.largest is " + largest + ", must be at least 1KB");
        }
    }

    /// A quarter at most, so that dropping the oldest drops no more than that.
    Journal.Bounds bounds() {
        return new Journal.Bounds(
                largest.toBytes(),
                Math.min(SEGMENT.toBytes(), largest.toBytes() / 4),
                kept.toBytes(),
                whenFull);
    }
}

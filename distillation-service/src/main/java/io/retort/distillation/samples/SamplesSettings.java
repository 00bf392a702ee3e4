package io.retort.distillation.samples;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Where samples are kept.
@ConfigurationProperties("retort.samples")
record SamplesSettings(@DefaultValue("data/distillation-service/samples") Path folder) {}

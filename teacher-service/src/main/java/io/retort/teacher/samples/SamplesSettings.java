package io.retort.teacher.samples;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// @param folder where captures and annotations are kept
@ConfigurationProperties("retort.samples")
record SamplesSettings(@DefaultValue("data/teacher-service/samples") Path folder) {}

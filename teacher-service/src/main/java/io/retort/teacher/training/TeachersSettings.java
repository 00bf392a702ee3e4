package io.retort.teacher.training;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param folder where teachers are kept
/// @param fewestExamples annotated captures that training needs, the held-out ones not counted
/// @param longestList captures left out of training that are told one by one
/// @param workers networks of a teacher that are trained side by side, a thread each
/// @param largestTensors memory that all annotated captures may take once they are tensors
/// @param follow pause between two looks for a teacher that another instance has put into the
///   folder; null where this instance trains
@ConfigurationProperties("retort.teachers")
record TeachersSettings(
        @DefaultValue("data/teacher-service/teachers") Path folder,
        @DefaultValue("8") int fewestExamples,
        @DefaultValue("100") int longestList,
        @DefaultValue("2") int workers,
        @DefaultValue("1GB") DataSize largestTensors,
        @Nullable Duration follow) {

    TeachersSettings {
        if (fewestExamples < 2 || longestList < 0 || workers < 1 || largestTensors.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "retort.teachers: fewest-examples must be 2 or more, longest-list 0 or more,"
                            + " workers 1 or more, largest-tensors above 0");
        }
        if (follow != null && !follow.isPositive()) {
            throw new IllegalArgumentException("retort.teachers.follow must be above 0");
        }
    }
}

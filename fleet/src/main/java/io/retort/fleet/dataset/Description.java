package io.retort.fleet.dataset;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import io.retort.contract.schema.Treatment;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `dataset.json`: where a folder keeps its table, its modalities and its heads.
record Description(
        @Required String name,
        @Required String table,
        @Required Map<String, Source> modalities,
        @Required Map<String, Target> heads) {

    static final String FILE = "dataset.json";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
                    .build();

    /// Neither absent nor null.
    @Retention(RetentionPolicy.RUNTIME)
    @JacksonAnnotationsInside
    @JsonProperty(required = true)
    @JsonSetter(nulls = Nulls.FAIL)
    @interface Required {}

    /// Where a modality's payloads lie.
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ImageSource.class, name = "image"),
        @JsonSubTypes.Type(value = VectorSource.class, name = "vector"),
        @JsonSubTypes.Type(value = SignalSource.class, name = "signal")
    })
    sealed interface Source permits ImageSource, VectorSource, SignalSource {}

    /// @param column of file paths, relative to the folder
    /// @param height of the tensor; 64 for colour and 32 for 16-bit grey images unless given
    /// @param width likewise
    /// @param scale of a sample; 1/255 for colour and 1 for 16-bit grey images unless given
    record ImageSource(
            @Required String column,
            @Nullable Integer height,
            @Nullable Integer width,
            @Nullable Double scale)
            implements Source {}

    /// @param axis unit of the axis, such as nm
    /// @param treatments those of near-infrared spectra unless given
    record VectorSource(
            @Required String file, @Required String axis, @Nullable List<Treatment> treatments)
            implements Source {}

    /// How models see a signal: its course, or statistics of it.
    enum Form {
        @JsonProperty("series")
        SERIES,
        @JsonProperty("summary")
        SUMMARY
    }

    /// @param files one a channel
    /// @param form a summary unless given
    record SignalSource(@Required List<String> files, @Required double hertz, @Nullable Form form)
            implements Source {}

    /// The column that holds a head's labels.
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ClassificationTarget.class, name = "classification"),
        @JsonSubTypes.Type(value = RegressionTarget.class, name = "regression")
    })
    sealed interface Target permits ClassificationTarget, RegressionTarget {
        String column();
    }

    record ClassificationTarget(@Required String column) implements Target {}

    /// @param minimum the column's least value unless given
    /// @param maximum the column's greatest value unless given
    record RegressionTarget(
            @Required String column, @Nullable Double minimum, @Nullable Double maximum)
            implements Target {}

    static Description parse(String json) {
        try {
            // JSON's null is read as Java's.
            @Nullable Description description = JSON.readValue(json, Description.class);
            if (description == null) {
                throw new InvalidDatasetException(FILE, "is null");
            }
            return description;
        } catch (JacksonException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new InvalidDatasetException(FILE + line, e.getOriginalMessage(), e);
        }
    }
}

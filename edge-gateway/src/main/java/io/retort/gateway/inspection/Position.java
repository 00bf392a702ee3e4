package io.retort.gateway.inspection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.retort.contract.InvalidRecordException;
import org.jspecify.annotations.Nullable;

/// Where a frame was taken: in a hall's own metres, or on the globe.
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(Position.Local.class), @JsonSubTypes.Type(Position.Globe.class)})
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface Position {

    /// Metres from an origin of the site's own, x to the right of the map and y up.
    record Local(
            @JsonProperty(required = true) double x,
            @JsonProperty(required = true) double y,
            @Nullable Double z)
            implements Position {

        public Local {
            requireBetween("position.x", x, -1e7, 1e7);
            requireBetween("position.y", y, -1e7, 1e7);
            if (z != null) {
                requireBetween("position.z", z, -1e7, 1e7);
            }
        }
    }

    /// Degrees north and east (WGS 84), metres above the sea.
    record Globe(
            @JsonProperty(required = true) double latitude,
            @JsonProperty(required = true) double longitude,
            @Nullable Double altitude)
            implements Position {

        public Globe {
            requireBetween("position.latitude", latitude, -90, 90);
            requireBetween("position.longitude", longitude, -180, 180);
            if (altitude != null) {
                requireBetween("position.altitude", altitude, -1e7, 1e7);
            }
        }
    }

    private static void requireBetween(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidRecordException(
                    field, "is %s, allowed are %s to %s".formatted(value, least, most));
        }
    }
}

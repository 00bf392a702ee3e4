package io.retort.gateway.inspection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.retort.contract.InvalidRecordException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

    /// From a header such as `x=1.5, y=2` or `latitude=52.5, longitude=13.4`, a dictionary of
    /// numbers (RFC 9651).
    static Position parse(String header) {
        Map<String, Double> numbers = new TreeMap<>();
        for (String member : header.split(",", -1)) {
            int equals = member.indexOf('=');
            try {
                numbers.put(
                        member.substring(0, Math.max(0, equals)).strip(),
                        Double.valueOf(member.substring(equals + 1).strip()));
            } catch (NumberFormatException e) {
                throw unreadable(header, e);
            }
        }
        Double x = numbers.get("x");
        Double y = numbers.get("y");
        if (x != null && y != null && Set.of("x", "y", "z").containsAll(numbers.keySet())) {
            return new Local(x, y, numbers.get("z"));
        }
        Double latitude = numbers.get("latitude");
        Double longitude = numbers.get("longitude");
        if (latitude != null
                && longitude != null
                && Set.of("latitude", "longitude", "altitude").containsAll(numbers.keySet())) {
            return new Globe(latitude, longitude, numbers.get("altitude"));
        }
        throw unreadable(header, null);
    }

    private static InvalidRecordException unreadable(String header, @Nullable Exception cause) {
        String problem =
                "is '%s', must be as 'x=1.5, y=2' or 'latitude=52.5, longitude=13.4'"
                        .formatted(header);
        return cause == null
                ? new InvalidRecordException("frame-position", problem)
                : new InvalidRecordException("frame-position", problem, cause);
    }

    private static void requireBetween(String field, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidRecordException(
                    field, "is %s, allowed are %s to %s".formatted(value, least, most));
        }
    }
}

package io.retort.fleet.simulation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// `materials.json`: every material of the schema, the layers that absorb on top of one (water,
/// oil, weathering) and the covers that hide it (soil, char, corrosion).
///
/// Band positions are the overtones and combinations of C-H, N-H, O-H and C=O that Workman & Weyer,
/// Practical Guide and Spectral Atlas for Interpretive Near-Infrared Spectroscopy (2012), and Burns
/// & Ciurczak, Handbook of Near-Infrared Analysis (2007), assign; widths and depths are chosen so
/// that spectra look like those of scattering solids. Thermal properties are textbook values at
/// room temperature.
record Materials(
        Map<String, Material> byName, Map<String, List<Band>> layers, Map<String, Cover> covers) {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .build();

    static Materials read() {
        try (InputStream in =
                Objects.requireNonNull(Materials.class.getResourceAsStream("materials.json"))) {
            File file = JSON.readValue(in, File.class);
            Map<String, Material> materials = new LinkedHashMap<>();
            file.materials().forEach((name, row) -> materials.put(name, row.material(name)));
            Map<String, List<Band>> layers = new LinkedHashMap<>();
            file.layers().forEach((name, layer) -> layers.put(name, bands(layer.bands())));
            Map<String, Cover> covers = new LinkedHashMap<>();
            file.covers().forEach((name, cover) -> covers.put(name, cover.cover()));
            return new Materials(
                    Collections.unmodifiableMap(materials),
                    Collections.unmodifiableMap(layers),
                    Collections.unmodifiableMap(covers));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Material material(String name) {
        return require(byName, name);
    }

    List<Band> layer(String name) {
        return require(layers, name);
    }

    Cover cover(String name) {
        return require(covers, name);
    }

    private static <V> V require(Map<String, V> map, String name) {
        V found = map.get(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "no '" + name + "' is described, only " + map.keySet());
        }
        return found;
    }

    private static List<Band> bands(List<List<Double>> rows) {
        return rows.stream().map(row -> new Band(row.get(0), row.get(1), row.get(2))).toList();
    }

    /// @param colours in sRGB hex, with `*n` where one comes n times
    private record MaterialRow(
            Family family,
            double reflectance,
            double slope,
            List<List<Double>> bands,
            double conductivity,
            double capacity,
            double emissivity,
            List<Form> forms,
            List<String> colours,
            double clear,
            double gloss,
            Texture texture) {

        Material material(String name) {
            List<Colour> weighted = new ArrayList<>();
            for (String colour : colours) {
                String[] parts = colour.split("\\*");
                int times = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
                weighted.addAll(Collections.nCopies(times, Colour.of(parts[0])));
            }
            return new Material(
                    name,
                    family,
                    new Reflector(reflectance, slope, Materials.bands(bands)),
                    conductivity,
                    capacity,
                    emissivity,
                    forms,
                    weighted,
                    clear,
                    gloss,
                    texture);
        }
    }

    private record LayerRow(@JsonProperty(required = true) List<List<Double>> bands) {}

    private record CoverRow(
            double reflectance, double slope, List<List<Double>> bands, String colour) {

        Cover cover() {
            return new Cover(
                    new Reflector(reflectance, slope, Materials.bands(bands)), Colour.of(colour));
        }
    }

    private record File(
            Map<String, MaterialRow> materials,
            Map<String, LayerRow> layers,
            Map<String, CoverRow> covers) {}
}

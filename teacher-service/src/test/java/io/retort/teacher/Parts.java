package io.retort.teacher;

import com.google.protobuf.ByteString;
import io.retort.contract.Times;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Annotation;
import io.retort.contract.v1.Capture;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.Vector;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Made-up parts of three materials, each with a colour and a spectrum of its own.
final class Parts {

    static final List<String> MATERIALS = List.of("copper", "glass", "pet");
    private static final int SIDE = 16;
    private static final int BANDS = 8;
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private Parts() {}

    static Schema schema(String name) {
        Map<String, Modality> modalities = new LinkedHashMap<>();
        modalities.put(
                "rgb",
                new ImageModality(
                        3,
                        SIDE,
                        SIDE,
                        1 / 255.0,
                        List.of(0.5, 0.5, 0.5),
                        List.of(0.25, 0.25, 0.25)));
        modalities.put(
                "spectrum",
                new VectorModality(
                        "nm", List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0), List.of()));
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(MATERIALS));
        heads.put("quality", new RegressionHead(0, 1));
        return new Schema(name, modalities, heads);
    }

    static String material(int number) {
        return MATERIALS.get(number % MATERIALS.size());
    }

    static Capture capture(String schema, String id, int number) {
        return Capture.newBuilder()
                .setId(id)
                .setStation("station ü " + number % 2)
                .setGroup("group-" + number)
                .setCapturedAt(Times.timestamp(TIME.plusSeconds(number)))
                .setSchema(schema)
                .putModalities("rgb", photo(number))
                .putModalities("spectrum", spectrum(number, BANDS))
                .build();
    }

    static Payload photo(int number) {
        Random random = new Random(number);
        byte[] pixels = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            int colour = i % 3 == number % 3 ? 190 : 60;
            pixels[i] = (byte) (colour + random.nextInt(40));
        }
        return Payload.newBuilder()
                .setImage(
                        Image.newBuilder()
                                .setEncoding(Image.Encoding.RGB8)
                                .setWidth(SIDE)
                                .setHeight(SIDE)
                                .setData(ByteString.copyFrom(pixels)))
                .build();
    }

    static Payload spectrum(int number, int bands) {
        Random random = new Random(~number);
        Vector.Builder vector = Vector.newBuilder();
        for (int i = 0; i < bands; i++) {
            vector.addValues((i % 3 == number % 3 ? 1 : 0) + 0.2f * random.nextFloat());
        }
        return Payload.newBuilder().setVector(vector).build();
    }

    static Annotation annotation(String id, String material) {
        return Annotation.newBuilder()
                .setCaptureId(id)
                .setAnnotator("inspector")
                .setAnnotatedAt(Times.timestamp(TIME))
                .putLabels("material", Label.newBuilder().setCategory(material).build())
                .putLabels(
                        "quality",
                        Label.newBuilder().setValue(MATERIALS.indexOf(material) / 2.0).build())
                .build();
    }
}

package io.retort.distillation;

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
import io.retort.contract.v1.FeatureVector;
import io.retort.contract.v1.HeadScore;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Label;
import io.retort.contract.v1.Payload;
import io.retort.contract.v1.SoftTarget;
import io.retort.contract.v1.Vector;
import io.retort.learning.samples.SampleStore;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A small made-up plant: three materials of three colours and three spectra. Two captures in a row
/// show the same object.
public final class Plant {

    public static final String TEACHER = "ab".repeat(32);

    private static final List<String> MATERIALS = List.of("paper", "glass", "metal");
    private static final int SIDE = 8;
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private Plant() {}

    public static Schema schema() {
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
                new VectorModality("nm", List.of(1000.0, 1100.0, 1200.0, 1300.0), List.of()));
        Map<String, Head> heads = new LinkedHashMap<>();
        heads.put("material", new ClassificationHead(MATERIALS));
        heads.put("quality", new RegressionHead(0, 1));
        return new Schema("plant", modalities, heads);
    }

    /// What a public folder of litter could be: other classes, larger images of another
    /// normalisation, no spectrum.
    public static Schema litterSchema() {
        return new Schema(
                "litter",
                Map.of(
                        "rgb",
                        new ImageModality(
                                3,
                                2 * SIDE,
                                2 * SIDE,
                                1 / 255.0,
                                List.of(0.4, 0.4, 0.4),
                                List.of(0.2, 0.3, 0.2))),
                Map.of("litter", new ClassificationHead(List.of("can", "bag"))));
    }

    /// Puts labelled photos of litter into the store, and nothing of any teacher.
    public static void litter(SampleStore store, int captures) {
        for (int i = 0; i < captures; i++) {
            store.add(
                    capture(i).toBuilder()
                            .setId("litter-" + i)
                            .setSchema("litter")
                            .removeModalities("spectrum")
                            .build());
            store.add(
                    Annotation.newBuilder()
                            .setCaptureId("litter-" + i)
                            .setAnnotator("inspector")
                            .setAnnotatedAt(Times.timestamp(NOON))
                            .putLabels(
                                    "litter",
                                    Label.newBuilder()
                                            .setCategory(material(i) == 0 ? "can" : "bag")
                                            .build())
                            .build());
        }
    }

    public static String id(int i) {
        return "c%03d".formatted(i);
    }

    public static String group(int i) {
        return "object-" + i / 2;
    }

    public static Capture capture(int i) {
        SplittableRandom random = new SplittableRandom(i);
        byte[] pixels = new byte[3 * SIDE * SIDE];
        for (int p = 0; p < pixels.length; p++) {
            int level = p % 3 == material(i) ? 180 : 60;
            pixels[p] = (byte) (level + random.nextInt(60));
        }
        Vector.Builder spectrum = Vector.newBuilder();
        for (int band = 0; band < 4; band++) {
            spectrum.addValues((float) (band == material(i) ? 1 : 0.2 + 0.1 * random.nextDouble()));
        }
        return Capture.newBuilder()
                .setId(id(i))
                .setStation("s-01")
                .setGroup(group(i))
                .setSchema("plant")
                .setCapturedAt(Times.timestamp(NOON))
                .putModalities("rgb", image(pixels))
                .putModalities("spectrum", Payload.newBuilder().setVector(spectrum).build())
                .build();
    }

    public static Payload image(byte[] pixels) {
        return Payload.newBuilder()
                .setImage(
                        Image.newBuilder()
                                .setEncoding(Image.Encoding.RGB8)
                                .setWidth(SIDE)
                                .setHeight(SIDE)
                                .setData(ByteString.copyFrom(pixels)))
                .build();
    }

    public static Map<String, Label> labels(int i) {
        return Map.of(
                "material",
                Label.newBuilder().setCategory(MATERIALS.get(material(i))).build(),
                "quality",
                Label.newBuilder().setValue(material(i) / 2.0).build());
    }

    public static Annotation annotation(int i) {
        return Annotation.newBuilder()
                .setCaptureId(id(i))
                .setAnnotator("inspector")
                .setAnnotatedAt(Times.timestamp(NOON))
                .putAllLabels(labels(i))
                .build();
    }

    public static SoftTarget softTarget(int i) {
        HeadScore.Builder logits = HeadScore.newBuilder();
        FeatureVector.Builder fused = FeatureVector.newBuilder();
        for (int k = 0; k < 3; k++) {
            logits.addValues(k == material(i) ? 4 : 0);
            fused.addValues(k == material(i) ? 1 : 0);
        }
        return SoftTarget.newBuilder()
                .setCaptureId(id(i))
                .setSchema("plant")
                .setTeacherVersion(TEACHER)
                .setScoredAt(Times.timestamp(NOON))
                .putHeads("material", logits.build())
                .putHeads("quality", HeadScore.newBuilder().addValues(material(i) / 2f).build())
                .putFeatures("fused", fused.build())
                .build();
    }

    private static int material(int i) {
        return i / 2 % MATERIALS.size();
    }
}

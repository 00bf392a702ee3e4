package io.retort.fleet.bench.gateway;

import com.google.protobuf.ByteString;
import io.retort.contract.schema.Schema;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Payload;
import io.retort.distillation.export.Captures;
import io.retort.distillation.export.Export;
import io.retort.distillation.export.Exported;
import io.retort.fleet.simulation.Pictures;
import io.retort.fleet.simulation.Simulation;
import io.retort.gateway.oip.grpc.ModelInferRequest;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Architectures;
import io.retort.learning.model.Weights;
import io.retort.preprocessing.Preprocessing;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/// A student that sees simulated pictures, and the same pictures in every form in which they can be
/// sent. Its weights are random: what they are changes no time.
///
/// @param onnx the int8 file
/// @param rgb 3 bytes a pixel, row by row
/// @param jpegs of the same pictures
/// @param tensors CHW, as preprocessing makes them of `rgb`
record Subject(
        Schema schema, byte[] onnx, List<byte[]> rgb, List<byte[]> jpegs, List<float[]> tensors) {

    static final String MODALITY = "rgb";
    private static final int PICTURES = 8;

    /// Standard deviation of a sensor's noise, of 255: without it large pictures would be smoother,
    /// and their JPEGs smaller, than a camera's.
    private static final double NOISE = 3;

    static Subject of(int side, String network, long seed) throws IOException {
        Schema schema = Schema.article().select(List.of(MODALITY)).resized(side);
        Preprocessing preprocessing = new Preprocessing(schema);
        Simulation simulation = new Simulation(seed, PICTURES, Simulation.PACKAGING);
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> rgb = new ArrayList<>();
        List<byte[]> jpegs = new ArrayList<>();
        List<float[]> tensors = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            Payload payload = simulation.item(i).capture().getModalitiesOrThrow(MODALITY);
            BufferedImage picture =
                    photographed(
                            ImageIO.read(payload.getImage().getData().newInput()), side, random);
            jpegs.add(Pictures.encoded(picture, Image.Encoding.JPEG).getData().toByteArray());
            byte[] samples = samples(picture);
            rgb.add(samples);
            tensors.add(
                    preprocessing.tensor(
                            MODALITY,
                            Payload.newBuilder()
                                    .setImage(
                                            Image.newBuilder()
                                                    .setEncoding(Image.Encoding.RGB8)
                                                    .setWidth(side)
                                                    .setHeight(side)
                                                    .setData(ByteString.copyFrom(samples)))
                                    .build()));
        }
        return new Subject(schema, onnx(schema, network, seed, tensors), rgb, jpegs, tensors);
    }

    /// Weights alone differ between seeds.
    static byte[] onnx(Schema schema, String network, long seed, List<float[]> tensors)
            throws IOException {
        Architecture architecture = Architectures.student(schema, network);
        List<Map<String, float[]>> inputs =
                tensors.stream().map(tensor -> Map.of(MODALITY, tensor)).toList();
        Path folder = Files.createTempDirectory("retort-bench-model");
        Exported exported =
                Export.write(
                        architecture,
                        Weights.initial(architecture, seed),
                        schema,
                        Map.of("retort.model", Releases.MODEL),
                        new Captures(inputs, inputs.subList(0, 1), inputs, true),
                        folder);
        byte[] onnx = Files.readAllBytes(exported.int8());
        Files.delete(exported.fp32());
        Files.delete(exported.int8());
        Files.delete(folder);
        return onnx;
    }

    int side() {
        return schema.modality(MODALITY).shape().width();
    }

    List<byte[]> rawRequests(String path) {
        return rgb.stream()
                .map(body ->
                        HttpCaller.post(
                                path, List.of("Content-Type: application/octet-stream"), body))
                .toList();
    }

    List<byte[]> jpegRequests(String path) {
        return jpegs.stream()
                .map(body -> HttpCaller.post(path, List.of("Content-Type: image/jpeg"), body))
                .toList();
    }

    /// Of the Open Inference Protocol.
    List<byte[]> jsonRequests(String path) {
        return tensors.stream()
                .map(tensor -> {
                    String body =
                            """
                            {"inputs":[{"name":"%s","shape":[1,3,%d,%d],"datatype":"FP32","data":%s}]}\
                            """
                                    .formatted(MODALITY, side(), side(), json(tensor));
                    return HttpCaller.post(
                            path,
                            List.of("Content-Type: application/json"),
                            body.getBytes(StandardCharsets.US_ASCII));
                })
                .toList();
    }

    /// The tensor alone, in an object.
    List<byte[]> plainJsonRequests(String path) {
        return tensors.stream()
                .map(tensor ->
                        HttpCaller.post(
                                path,
                                List.of("Content-Type: application/json"),
                                ("{\"data\":" + json(tensor) + "}")
                                        .getBytes(StandardCharsets.US_ASCII)))
                .toList();
    }

    /// Of the Open Inference Protocol with its binary extension, both ways.
    List<byte[]> binaryRequests(String path) {
        return tensors.stream()
                .map(tensor -> {
                    byte[] header =
                            """
                            {"parameters":{"binary_data_output":true},"inputs":[{"name":"%s","shape":[1,3,%d,%d],\
                            "datatype":"FP32","parameters":{"binary_data_size":%d}}]}\
                            """
                                    .formatted(
                                            MODALITY, side(), side(), Float.BYTES * tensor.length)
                                    .getBytes(StandardCharsets.US_ASCII);
                    byte[] bytes = bytes(tensor);
                    byte[] body = new byte[header.length + bytes.length];
                    System.arraycopy(header, 0, body, 0, header.length);
                    System.arraycopy(bytes, 0, body, header.length, bytes.length);
                    return HttpCaller.post(
                            path,
                            List.of(
                                    "Content-Type: application/octet-stream",
                                    "Inference-Header-Content-Length: " + header.length),
                            body);
                })
                .toList();
    }

    List<ModelInferRequest> grpcRequests() {
        return tensors.stream()
                .map(tensor ->
                        ModelInferRequest.newBuilder()
                                .setModelName(Releases.MODEL)
                                .addInputs(
                                        ModelInferRequest.InferInputTensor.newBuilder()
                                                .setName(MODALITY)
                                                .setDatatype("FP32")
                                                .addAllShape(
                                                        List.of(
                                                                1L,
                                                                3L,
                                                                (long) side(),
                                                                (long) side())))
                                .addRawInputContents(ByteString.copyFrom(bytes(tensor)))
                                .build())
                .toList();
    }

    private static String json(float[] tensor) {
        StringBuilder json = new StringBuilder("[");
        for (float value : tensor) {
            json.append(json.length() == 1 ? "" : ",").append(value);
        }
        return json.append(']').toString();
    }

    private static byte[] bytes(float[] tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * tensor.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor);
        return bytes.array();
    }

    private static BufferedImage photographed(
            BufferedImage picture, int side, SplittableRandom random) {
        BufferedImage scaled = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(picture, 0, 0, side, side, null);
        graphics.dispose();
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int pixel = scaled.getRGB(x, y);
                int noisy = 0;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    long sample =
                            (pixel >> shift & 0xff) + Math.round(NOISE * random.nextGaussian());
                    noisy |= Math.clamp(sample, 0, 255) << shift;
                }
                scaled.setRGB(x, y, noisy);
            }
        }
        return scaled;
    }

    private static byte[] samples(BufferedImage picture) {
        int side = picture.getWidth();
        byte[] samples = new byte[3 * side * side];
        for (int i = 0; i < side * side; i++) {
            int pixel = picture.getRGB(i % side, i / side);
            samples[3 * i] = (byte) (pixel >> 16);
            samples[3 * i + 1] = (byte) (pixel >> 8);
            samples[3 * i + 2] = (byte) pixel;
        }
        return samples;
    }
}

package io.retort.fleet.bench.plain;

import ai.djl.inference.Predictor;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Answers with probabilities and values by head.
@RestController
final class PlainController {

    private final Schema schema;
    private final ImageModality image;

    /// One a thread: a predictor is not for use by several.
    private final ThreadLocal<Predictor<float[], Map<String, float[]>>> predictors;

    PlainController(ZooModel<float[], Map<String, float[]>> model, Schema schema) {
        this.schema = schema;
        this.image = (ImageModality) schema.modalities().values().iterator().next();
        this.predictors = ThreadLocal.withInitial(model::newPredictor);
    }

    /// @param data CHW
    record Tensor(float[] data) {}

    @GetMapping("/ready")
    String ready() {
        return "yes";
    }

    /// RGB, 3 bytes a pixel, of the size that the model takes.
    @PostMapping(value = "/raw", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    Map<String, Object> raw(@RequestBody byte[] rgb) throws TranslateException {
        int pixels = image.height() * image.width();
        float[] tensor = new float[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < 3; c++) {
                tensor[c * pixels + i] = normal(rgb[3 * i + c] & 0xff, c);
            }
        }
        return answer(tensor);
    }

    @PostMapping(value = "/image", consumes = MediaType.IMAGE_JPEG_VALUE)
    Map<String, Object> image(InputStream body) throws IOException, TranslateException {
        BufferedImage picture =
                (BufferedImage)
                        ImageFactory.getInstance()
                                .fromInputStream(body)
                                .resize(image.width(), image.height(), false)
                                .getWrappedImage();
        int pixels = image.height() * image.width();
        int[] rgb = picture.getRGB(0, 0, image.width(), image.height(), null, 0, image.width());
        float[] tensor = new float[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            for (int c = 0; c < 3; c++) {
                tensor[c * pixels + i] = normal(rgb[i] >> (16 - 8 * c) & 0xff, c);
            }
        }
        return answer(tensor);
    }

    @PostMapping(value = "/tensor", consumes = MediaType.APPLICATION_JSON_VALUE)
    Map<String, Object> tensor(@RequestBody Tensor tensor) throws TranslateException {
        return answer(tensor.data());
    }

    private float normal(int sample, int channel) {
        return (float)
                ((sample * image.scale() - image.mean().get(channel))
                        / image.deviation().get(channel));
    }

    private Map<String, Object> answer(float[] tensor) throws TranslateException {
        Map<String, Object> answer = new LinkedHashMap<>();
        predictors
                .get()
                .predict(tensor)
                .forEach((name, values) -> {
                    switch (schema.head(name)) {
                        case ClassificationHead head ->
                                answer.put(name, probabilities(head, values));
                        case RegressionHead _ -> answer.put(name, values[0]);
                    }
                });
        return answer;
    }

    private static Map<String, Double> probabilities(ClassificationHead head, float[] logits) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit);
        }
        Map<String, Double> probabilities = new LinkedHashMap<>();
        for (int i = 0; i < logits.length; i++) {
            probabilities.put(head.classes().get(i), Math.exp((double) logits[i]) / sum);
        }
        return probabilities;
    }
}

package io.retort.fleet.bench;

import io.retort.learning.model.MultimodalModel;
import io.retort.learning.model.Prediction;
import io.retort.learning.training.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// How well a network's fused features tell classes apart that it has no outputs for yet.
final class NearestMeans {

    private NearestMeans() {}

    /// Share of a task's test captures whose class has the nearest mean of training captures, all
    /// features scaled to length 1 (Rebuffi et al. 2017, eq. 2).
    static double accuracy(MultimodalModel student, Arrivals arrivals, int task) {
        Map<Integer, double[]> means = new LinkedHashMap<>();
        List<Example> training = arrivals.training().get(task);
        List<double[]> features = features(student, training);
        for (int i = 0; i < training.size(); i++) {
            double[] feature = features.get(i);
            double[] sum =
                    means.computeIfAbsent(
                            arrivals.target(training.get(i)), _ -> new double[feature.length]);
            for (int k = 0; k < sum.length; k++) {
                sum[k] += feature[k];
            }
        }
        means.values().forEach(NearestMeans::scale);
        List<Example> test = arrivals.test().get(task);
        List<double[]> asked = features(student, test);
        int right = 0;
        for (int i = 0; i < test.size(); i++) {
            int nearest = -1;
            double best = Double.NEGATIVE_INFINITY;
            for (Map.Entry<Integer, double[]> mean : means.entrySet()) {
                double product = 0;
                for (int k = 0; k < mean.getValue().length; k++) {
                    product += mean.getValue()[k] * asked.get(i)[k];
                }
                if (product > best) {
                    best = product;
                    nearest = mean.getKey();
                }
            }
            right += nearest == arrivals.target(test.get(i)) ? 1 : 0;
        }
        return (double) right / test.size();
    }

    private static List<double[]> features(MultimodalModel student, List<Example> examples) {
        List<double[]> features = new ArrayList<>();
        for (Prediction answer : student.predict(examples.stream().map(Example::inputs).toList())) {
            float[] fused = Objects.requireNonNull(answer.features().get(Prediction.FUSED));
            double[] feature = new double[fused.length];
            for (int k = 0; k < feature.length; k++) {
                feature[k] = fused[k];
            }
            scale(feature);
            features.add(feature);
        }
        return features;
    }

    private static void scale(double[] vector) {
        double squares = Arrays.stream(vector).map(x -> x * x).sum();
        if (squares > 0) {
            double norm = Math.sqrt(squares);
            for (int i = 0; i < vector.length; i++) {
                vector[i] /= norm;
            }
        }
    }
}

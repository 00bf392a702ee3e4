package io.retort.learning.continual;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.Head;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import io.retort.learning.architecture.Architecture;
import io.retort.learning.architecture.Parameter;
import io.retort.learning.model.Weights;
import io.retort.learning.training.Example;
import io.retort.learning.training.Knowledge;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The way from a schema to one that knows more: classes and heads may join, in any order. Nothing
/// may leave, and sensors are seen as before.
public final class Growth {

    /// Deviation of a new row's noise, as a share of that of fresh heads. It tells new classes
    /// apart; their annotations do so much faster.
    private static final double NOISE = 0.01;

    /// Logit of a class that the teller did not know, below its lowest: e^-40 of its probability.
    private static final float UNKNOWN = 40;

    private final Schema from;
    private final Schema to;

    private Growth(Schema from, Schema to) {
        this.from = from;
        this.to = to;
    }

    /// @throws InvalidRecordException naming the class, head or modality that the new schema lacks
    ///   or sees otherwise
    public static Growth between(Schema from, Schema to) {
        from.heads()
                .forEach((name, head) -> {
                    Head other = to.heads().get(name);
                    String field = "heads[" + name + "]";
                    if (other == null) {
                        throw new InvalidRecordException(
                                field, "is missing; what was learnt cannot leave a schema");
                    }
                    switch (head) {
                        case ClassificationHead known -> {
                            if (!(other instanceof ClassificationHead grown)) {
                                throw new InvalidRecordException(field, "was a classification");
                            }
                            for (String category : known.classes()) {
                                if (!grown.classes().contains(category)) {
                                    throw new InvalidRecordException(
                                            field + ".classes",
                                            "'%s' is missing; what was learnt cannot leave a schema"
                                                    .formatted(category));
                                }
                            }
                        }
                        case RegressionHead _ -> {
                            if (!(other instanceof RegressionHead)) {
                                throw new InvalidRecordException(field, "was a regression");
                            }
                        }
                    }
                });
        if (!from.modalities().equals(to.modalities())) {
            throw new InvalidRecordException(
                    "modalities",
                    "%s are not those of before, %s, or are seen in another form"
                            .formatted(to.modalities().keySet(), from.modalities().keySet()));
        }
        return new Growth(from, to);
    }

    /// Rows of known classes and everything below the heads as they were. A new class's row is the
    /// mean of the known ones and a little noise; its bias is their mean bias less log(1 + n), n
    /// being how many are new. So its logit is the mean of the known ones' less log(1 + n): no new
    /// class wins before it is trained, and all of them together have less than 1 / (1 + known) of
    /// the probability, since a mean of exponentials is at least the exponential of the mean. New
    /// heads start as [Weights#initial] starts them.
    ///
    /// @param architecture of the new schema
    public Weights weights(Weights old, Architecture architecture, long seed) {
        Weights fresh = Weights.initial(architecture, seed);
        Map<String, Weights.Tensor> tensors = new LinkedHashMap<>();
        for (Parameter parameter : architecture.layout()) {
            String name = parameter.name();
            List<Integer> sources = sources(name);
            Weights.Tensor start = fresh.tensor(name);
            if (sources == null) {
                tensors.put(name, same(old.tensor(name), parameter));
            } else if (Collections.max(sources) < 0) {
                tensors.put(name, start);
            } else {
                int width = parameter.fanIn();
                float[] known = old.tensor(name).values();
                float[] values = moved(sources, known, width, mean(known, width));
                long added = sources.stream().filter(row -> row < 0).count();
                boolean bias = parameter.shape().size() == 1;
                for (int i = 0; i < values.length; i++) {
                    if (sources.get(i / width) < 0) {
                        values[i] +=
                                (float)
                                        (bias
                                                ? -Math.log1p((double) added)
                                                : NOISE * start.values()[i]);
                    }
                }
                tensors.put(name, new Weights.Tensor(parameter.shape(), values));
            }
        }
        return new Weights(tensors);
    }

    /// Values by parameter of the old network where those of the new one are; 0 for new rows, and
    /// nothing for new heads.
    Map<String, float[]> parameters(Map<String, float[]> old) {
        Map<String, float[]> moved = new LinkedHashMap<>();
        old.forEach((name, values) -> {
            List<Integer> sources = sources(name);
            if (sources == null) {
                moved.put(name, values);
            } else {
                int width = values.length / (Collections.max(sources) + 1);
                moved.put(name, moved(sources, values, width, new float[width]));
            }
        });
        return moved;
    }

    /// The example as the new schema counts classes. What its teacher said gives classes that it
    /// did not know no chance: so it is for captures of known classes alone.
    Example example(Example old) {
        Map<String, Float> targets = new LinkedHashMap<>(old.targets());
        targets.replaceAll((head, target) ->
                to.head(head) instanceof ClassificationHead
                        ? (float) headSources(head).indexOf(target.intValue())
                        : target);
        Knowledge knowledge = old.knowledge();
        return new Example(
                old.id(),
                old.group(),
                old.inputs(),
                targets,
                knowledge == null
                        ? null
                        : new Knowledge(
                                logits(knowledge.heads()),
                                knowledge.features(),
                                knowledge.attention()));
    }

    /// Head outputs of the old network in the new one's order; classes that it did not know have no
    /// chance.
    Map<String, float[]> logits(Map<String, float[]> old) {
        Map<String, float[]> moved = new LinkedHashMap<>();
        old.forEach((head, values) -> {
            float lowest = Float.POSITIVE_INFINITY;
            for (float value : values) {
                lowest = Math.min(lowest, value);
            }
            moved.put(head, moved(headSources(head), values, 1, new float[] {lowest - UNKNOWN}));
        });
        return moved;
    }

    /// For each row of a head's parameter the row that it was before, or -1; null for parameters
    /// that are no head's.
    private @Nullable List<Integer> sources(String parameter) {
        for (String head : to.heads().keySet()) {
            String prefix = "heads." + head + ".";
            if (parameter.equals(prefix + "weight") || parameter.equals(prefix + "bias")) {
                return headSources(head);
            }
        }
        return null;
    }

    private List<Integer> headSources(String head) {
        return switch (to.head(head)) {
            case ClassificationHead grown ->
                    from.heads().get(head) instanceof ClassificationHead known
                            ? grown.classes().stream().map(known.classes()::indexOf).toList()
                            : Collections.nCopies(grown.width(), -1);
            case RegressionHead _ -> List.of(from.heads().containsKey(head) ? 0 : -1);
        };
    }

    private static Weights.Tensor same(Weights.Tensor old, Parameter parameter) {
        if (!old.shape().equals(parameter.shape())) {
            throw new IllegalArgumentException(
                    "%s has shape %s, the architecture needs %s"
                            .formatted(parameter.name(), old.shape(), parameter.shape()));
        }
        return old;
    }

    /// Rows of `width` values in their new places; `otherwise` where there was none.
    private static float[] moved(List<Integer> sources, float[] old, int width, float[] otherwise) {
        float[] moved = new float[sources.size() * width];
        for (int row = 0; row < sources.size(); row++) {
            int source = sources.get(row);
            System.arraycopy(
                    source < 0 ? otherwise : old,
                    source < 0 ? 0 : source * width,
                    moved,
                    row * width,
                    width);
        }
        return moved;
    }

    private static float[] mean(float[] rows, int width) {
        double[] sum = new double[width];
        for (int i = 0; i < rows.length; i++) {
            sum[i % width] += rows[i];
        }
        float[] mean = new float[width];
        for (int i = 0; i < width; i++) {
            mean[i] = (float) (sum[i] * width / rows.length);
        }
        return mean;
    }
}

package io.retort.contract.reference;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.RegressionHead;
import io.retort.contract.schema.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a model's file answered to captures that its release was examined on. A gateway that sees
/// other answers sees other things, or sees them otherwise.
///
/// @param captures that were answered
/// @param heldOut whether the model had not learnt from them; where it had, energies are lower than
///   those of new captures
/// @param heads by name, in the schema's order
public record Reference(int captures, boolean heldOut, Map<String, HeadReference> heads) {

    /// Where an ONNX file's metadata holds it, as JSON.
    public static final String METADATA = "retort.reference";

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    public Reference {
        heads = Collections.unmodifiableMap(new LinkedHashMap<>(heads));
        if (captures < 1 || heads.isEmpty()) {
            throw new InvalidRecordException(
                    "reference",
                    "is of %d captures and %d heads, needs at least one of either"
                            .formatted(captures, heads.size()));
        }
    }

    public HeadReference head(String head) {
        HeadReference found = heads.get(head);
        if (found == null) {
            throw new InvalidRecordException(
                    "reference.heads[" + head + "]", "is not there, only " + heads.keySet());
        }
        return found;
    }

    /// @param answers per capture, the values of each head: logits, or one number; at least one
    public static Reference of(Schema schema, List<Map<String, float[]>> answers, boolean heldOut) {
        Map<String, HeadReference> heads = new LinkedHashMap<>();
        schema.heads()
                .forEach((name, head) -> {
                    List<float[]> own =
                            answers.stream()
                                    .map(answer -> Objects.requireNonNull(answer.get(name), name))
                                    .toList();
                    heads.put(
                            name,
                            switch (head) {
                                case ClassificationHead classes -> classes(classes, own);
                                case RegressionHead _ ->
                                        new HeadReference.Numbers(
                                                Distribution.of(
                                                        own.stream()
                                                                .mapToDouble(value -> value[0])
                                                                .toArray()));
                            });
                });
        return new Reference(answers.size(), heldOut, heads);
    }

    private static HeadReference classes(ClassificationHead head, List<float[]> logits) {
        int[] named = new int[head.width()];
        for (float[] one : logits) {
            int winner = 0;
            for (int i = 1; i < one.length; i++) {
                winner = one[i] > one[winner] ? i : winner;
            }
            named[winner]++;
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        for (int i = 0; i < named.length; i++) {
            shares.put(head.classes().get(i), (double) named[i] / logits.size());
        }
        return new HeadReference.Classes(
                shares, Distribution.of(logits.stream().mapToDouble(Energy::of).toArray()));
    }

    /// @throws InvalidRecordException where the text is none
    public static Reference parse(String json) {
        try {
            // JSON's null is read as Java's.
            @Nullable Reference reference = JSON.readValue(json, Reference.class);
            if (reference == null) {
                throw new InvalidRecordException("reference", "is null");
            }
            return reference;
        } catch (JacksonException e) {
            if (e.getCause() instanceof InvalidRecordException invalid) {
                throw invalid;
            }
            throw new InvalidRecordException("reference", e.getOriginalMessage(), e);
        }
    }

    public String toJson() {
        return JSON.writeValueAsString(this);
    }
}

package io.retort.fleet.bench.plain;

import ai.djl.ModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.TensorShape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An image's tensor (CHW) in, values by head out.
final class PlainModel implements NoBatchifyTranslator<float[], Map<String, float[]>> {

    private final Shape input;
    private final List<String> heads;

    private PlainModel(Schema schema) {
        TensorShape shape = schema.modalities().values().iterator().next().shape();
        this.input = new Shape(1, shape.channels(), shape.height(), shape.width());
        this.heads = List.copyOf(schema.heads().keySet());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static ZooModel<float[], Map<String, float[]>> load(Path file, Schema schema)
            throws ModelException, IOException {
        return Criteria.builder()
                .setTypes(float[].class, Map.class)
                .optEngine("OnnxRuntime")
                .optModelPath(file)
                .optTranslator((NoBatchifyTranslator) new PlainModel(schema))
                // As the gateway has it; by default each call takes all processors.
                .optOption("intraOpNumThreads", "1")
                .optOption("interOpNumThreads", "1")
                .build()
                .loadModel();
    }

    @Override
    public NDList processInput(TranslatorContext context, float[] tensor) {
        return new NDList(context.getNDManager().create(FloatBuffer.wrap(tensor), input));
    }

    @Override
    public Map<String, float[]> processOutput(TranslatorContext context, NDList outputs) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (int i = 0; i < heads.size(); i++) {
            NDArray output = outputs.get(i);
            values.put(heads.get(i), output.toFloatArray());
        }
        return values;
    }
}

package io.retort.distillation.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// ONNX messages as this package writes them: opset 13, IR version 8, raw little-endian tensors.
/// The same arguments give the same bytes.
final class Onnx {

    private static final int OPSET = 13;
    private static final int IR_VERSION = 8;

    private Onnx() {}

    static byte[] model(GraphProto graph, Map<String, String> metadata) {
        ModelProto.Builder model =
                ModelProto.newBuilder()
                        .setIrVersion(IR_VERSION)
                        .setProducerName("retort")
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                        .setGraph(graph);
        new TreeMap<>(metadata)
                .forEach((key, value) ->
                        model.addMetadataProps(
                                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    /// A float32 tensor of any number of captures, each of the shape given.
    static ValueInfoProto batch(String name, int... shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        for (int dimension : shape) {
            dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dimension));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(floats().setShape(dimensions)))
                .build();
    }

    /// A float32 tensor whose shape ONNX Runtime infers.
    static ValueInfoProto value(String name) {
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(floats()))
                .build();
    }

    private static TypeProto.Tensor.Builder floats() {
        return TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber());
    }

    static NodeProto node(
            String operator, List<String> inputs, String output, AttributeProto... attributes) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes))
                .build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, long[] values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    static TensorProto floats(String name, List<Integer> shape, float... values) {
        ByteBuffer bytes = buffer(4 * values.length);
        bytes.asFloatBuffer().put(values);
        return tensor(name, TensorProto.DataType.FLOAT, shape, bytes);
    }

    /// Rounds to the nearest 16-bit floats.
    static TensorProto halves(String name, List<Integer> shape, float... values) {
        ByteBuffer bytes = buffer(2 * values.length);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return tensor(name, TensorProto.DataType.FLOAT16, shape, bytes.flip());
    }

    static TensorProto int8(String name, List<Integer> shape, byte... values) {
        return tensor(name, TensorProto.DataType.INT8, shape, ByteBuffer.wrap(values));
    }

    static TensorProto uint8(String name, List<Integer> shape, byte... values) {
        return tensor(name, TensorProto.DataType.UINT8, shape, ByteBuffer.wrap(values));
    }

    static TensorProto int32(String name, List<Integer> shape, int... values) {
        ByteBuffer bytes = buffer(4 * values.length);
        bytes.asIntBuffer().put(values);
        return tensor(name, TensorProto.DataType.INT32, shape, bytes);
    }

    static TensorProto int64(String name, List<Integer> shape, long... values) {
        ByteBuffer bytes = buffer(8 * values.length);
        bytes.asLongBuffer().put(values);
        return tensor(name, TensorProto.DataType.INT64, shape, bytes);
    }

    /// The values of a tensor that [#floats(String, List, float...)] made.
    static float[] values(TensorProto tensor) {
        ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer();
        float[] values = new float[bytes.remaining() / 4];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static TensorProto tensor(
            String name, TensorProto.DataType type, List<Integer> shape, ByteBuffer values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName(name)
                        .setDataType(type.getNumber())
                        .setRawData(ByteString.copyFrom(values));
        shape.forEach(tensor::addDims);
        return tensor.build();
    }
}

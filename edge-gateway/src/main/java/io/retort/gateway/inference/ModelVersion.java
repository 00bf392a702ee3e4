package io.retort.gateway.inference;

/// @param variant form of the artifact, such as `int8`
/// @param digest SHA-256 of the ONNX file, in hex
public record ModelVersion(String model, int version, String variant, String digest) {}

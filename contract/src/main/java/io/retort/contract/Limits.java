package io.retort.contract;

/// Largest sizes that a record may have; beyond them it is rejected with the field named.
public final class Limits {

    public static final int ID_CHARACTERS = 128;
    public static final int IMAGE_SIDE = 4096;
    public static final int IMAGE_BYTES = 8 * 1024 * 1024;
    public static final int VECTOR_VALUES = 4096;
    public static final int SIGNAL_CHANNELS = 64;
    public static final int SIGNAL_STEPS = 65_536;
    public static final int WINDOWS = 1024;
    public static final int SUMMARY_VALUES = 65_536;
    public static final int MODALITIES = 64;
    public static final int HEADS = 64;
    public static final int CLASSES = 1024;
    public static final int TEACHER_MEMBERS = 20;

    /// Largest record on the wire, in bytes: a signal of the largest size, and room to spare.
    public static final int RECORD_BYTES = 24 * 1024 * 1024;

    private Limits() {}
}

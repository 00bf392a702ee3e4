package io.retort.teacher.training;

/// What is asked does not go together with what is being trained, or is not.
public final class TrainingConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TrainingConflictException(String message) {
        super(message);
    }
}

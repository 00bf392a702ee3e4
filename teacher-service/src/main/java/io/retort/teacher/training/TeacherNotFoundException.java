package io.retort.teacher.training;

/// No teacher has that id, or none is active.
public final class TeacherNotFoundException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TeacherNotFoundException(String message) {
        super(message);
    }
}

package io.retort.teacher.scoring;

/// No teacher is trained yet.
public final class NoActiveTeacherException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoActiveTeacherException() {
        super("no teacher is active yet; train one with POST /api/v1/teachers");
    }
}

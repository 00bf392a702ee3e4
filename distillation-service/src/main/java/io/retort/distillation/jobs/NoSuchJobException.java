package io.retort.distillation.jobs;

/// No job has the id.
public final class NoSuchJobException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoSuchJobException(String id) {
        super("there is no job " + id);
    }
}

package io.retort.distillation.jobs;

/// The job's state does not allow what was asked.
public final class JobConflictException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    JobConflictException(String problem) {
        super(problem);
    }
}

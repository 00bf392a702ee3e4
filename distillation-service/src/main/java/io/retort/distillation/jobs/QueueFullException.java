package io.retort.distillation.jobs;

/// So many jobs wait already that no more are taken for now.
public final class QueueFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    QueueFullException(int waiting) {
        super(waiting + " jobs are waiting already");
    }
}

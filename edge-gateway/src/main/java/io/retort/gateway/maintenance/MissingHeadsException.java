package io.retort.gateway.maintenance;

import java.util.Collection;

/// The model in use does not say how machines are.
public final class MissingHeadsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MissingHeadsException(String model, Collection<String> missing, Collection<String> heads) {
        super(
                ("captures need a model with regression heads from 0 to 1 for %s, which %s has not;"
                                + " its heads are %s. Machines whose wear, alignment and"
                                + " lubrication are sent need no model")
                        .formatted(missing, model, heads));
    }
}

package io.retort.distillation.training;

import io.retort.contract.v1.SoftTarget;

/// What the teachers had learned of the captures that they teach, in numbers of soft targets.
///
/// @param unseen the teacher learned nothing of the capture's group
/// @param outOfFold the teacher learned of the group, but no network behind the answer did
/// @param inSample a network behind the answer learned of the group, and may repeat its labels
/// @param inSampleLabelled those of them whose capture is labelled: there the teacher adds nothing
///   to the label, and the gate takes it to be better than it is
/// @param unstated the teacher does not say
public record Exposures(
        int unseen, int outOfFold, int inSample, int inSampleLabelled, int unstated) {

    public static final Exposures NONE = new Exposures(0, 0, 0, 0, 0);

    Exposures and(SoftTarget.Exposure exposure, boolean labelled) {
        return switch (exposure) {
            case UNSEEN ->
                    new Exposures(unseen + 1, outOfFold, inSample, inSampleLabelled, unstated);
            case OUT_OF_FOLD ->
                    new Exposures(unseen, outOfFold + 1, inSample, inSampleLabelled, unstated);
            case IN_SAMPLE ->
                    new Exposures(
                            unseen,
                            outOfFold,
                            inSample + 1,
                            inSampleLabelled + (labelled ? 1 : 0),
                            unstated);
            case EXPOSURE_UNSPECIFIED, UNRECOGNIZED ->
                    new Exposures(unseen, outOfFold, inSample, inSampleLabelled, unstated + 1);
        };
    }
}

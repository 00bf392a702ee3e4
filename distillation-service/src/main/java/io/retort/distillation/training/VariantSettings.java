package io.retort.distillation.training;

import io.retort.distillation.export.Calibrator;
import io.retort.distillation.export.LayerSearch;
import io.retort.distillation.export.TargetProfile;
import io.retort.distillation.export.Variant;
import io.retort.distillation.export.VariantGate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which files a release holds beside fp32, and what they must reach.
///
/// @param further variants beside fp32 and int8
/// @param calibrator of int8's ranges where no search chooses it
/// @param target processors that int8 is made for
/// @param search longest search for the layers that stay float on machines like this one; 0 keeps
///   the usual ones, so that a job gives the same bits wherever it runs
/// @param changed share of captures that the search lets change their class
/// @param largestDrop of accuracy, in [0, 1], with which a variant is still published
/// @param leastSpeedUp over fp32 that integers must exceed to be published; 0 for any
/// @param tuning share of the training's epochs that int8 is fine-tuned for where it loses more
///   than that; 0 never
/// @param calls of each file that are timed
record VariantSettings(
        @DefaultValue Set<Variant> further,
        @DefaultValue("mse") Calibrator calibrator,
        @DefaultValue("any") TargetProfile target,
        @DefaultValue("0s") Duration search,
        @DefaultValue("0.005") double changed,
        @DefaultValue("0.002") double largestDrop,
        @DefaultValue("1") double leastSpeedUp,
        @DefaultValue("0.25") double tuning,
        @DefaultValue("1000") int calls) {

    VariantSettings {
        further = further.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(further));
        limits(changed, search);
        if (!(tuning >= 0 && tuning <= 1)) {
            throw new IllegalArgumentException("variants.tuning: " + tuning + " is not in [0, 1]");
        }
        new VariantGate(largestDrop, leastSpeedUp, calls);
    }

    VariantGate gate() {
        return new VariantGate(largestDrop, leastSpeedUp, calls);
    }

    LayerSearch.Limits limits() {
        return limits(changed, search);
    }

    private static LayerSearch.Limits limits(double changed, Duration search) {
        return new LayerSearch.Limits(changed, search);
    }
}

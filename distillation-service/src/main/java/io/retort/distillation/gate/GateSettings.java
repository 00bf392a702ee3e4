package io.retort.distillation.gate;

import io.retort.contract.InvalidRecordException;

/// How candidates are compared.
///
/// @param folds that the training side's groups are dealt into
/// @param rounds of them that are held out in turn; fewer cost less and say less
/// @param risk largest probability of being worse than the twin that counts as safe
/// @param enforced whether the verdict decides; otherwise the recipe that was asked for is
///   published, and the verdict is told
public record GateSettings(int folds, int rounds, double risk, boolean enforced) {

    public GateSettings {
        require(folds >= 2 && folds <= 20, "folds", folds, "2 to 20");
        require(rounds >= 1 && rounds <= folds, "rounds", rounds, "1 to folds");
        require(risk >= 0 && risk <= 0.5, "risk", risk, "0 to 0.5");
    }

    public static GateSettings usual() {
        return new GateSettings(5, 5, 0.2, true);
    }

    /// As many rounds as hold out some 40 labelled groups in all, or all of them.
    public static GateSettings forLabelled(int groups) {
        GateSettings usual = usual();
        int rounds = Math.ceilDiv(usual.folds() * 40, Math.max(1, groups));
        return new GateSettings(
                usual.folds(),
                Math.clamp(rounds, 1, usual.folds()),
                usual.risk(),
                usual.enforced());
    }

    private static void require(boolean allowed, String field, double value, String rule) {
        if (!allowed) {
            throw new InvalidRecordException("gate." + field, value + " is not allowed: " + rule);
        }
    }
}

package io.retort.distillation.card;

import io.retort.contract.InvalidRecordException;
import java.util.List;
import java.util.TreeSet;

/// What a card costs beyond the job itself.
///
/// @param budgets shares of the labelled objects, in (0, 1), each of which one more student is
///   trained with as long as the published one; empty leaves the label-budget curve out
public record CardSettings(List<Double> budgets) {

    private static final int MOST = 10;

    public CardSettings {
        if (budgets.size() > MOST) {
            throw new InvalidRecordException(
                    "card.budgets", "names %d, at most %d".formatted(budgets.size(), MOST));
        }
        for (double share : budgets) {
            if (!(share > 0 && share < 1)) {
                throw new InvalidRecordException(
                        "card.budgets", share + " is not allowed: above 0 and below 1");
            }
        }
        budgets = List.copyOf(new TreeSet<>(budgets));
    }

    public static CardSettings usual() {
        return new CardSettings(List.of(0.25, 0.5));
    }
}

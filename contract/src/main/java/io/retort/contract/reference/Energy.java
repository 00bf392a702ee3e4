package io.retort.contract.reference;

/// How unlike what a classifier has learnt a capture is: E = -log(sum(exp(logits))), in nats (Liu
/// et al. 2020, "Energy-based Out-of-distribution Detection", eq. 4 at temperature 1). Greater is
/// less familiar.
public final class Energy {

    private Energy() {}

    /// @param logits finite, at least one
    public static double of(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return -largest - Math.log(sum);
    }
}

package io.retort.contract.maintenance;

/// One term of the article's urgency, named as the head of [Schema#maintenance()] that it reads.
public enum Factor {
    /// 0 new, 1 worn out.
    WEAR("wear", 0.4),

    /// 1 aligned, 0 as far out as the machine gets; so what alignment lacks is what counts.
    ALIGNMENT("alignment", 0.3) {
        @Override
        double severity(double reading) {
            return 1 - reading;
        }
    },

    /// The NEED of lubrication: 0 well lubricated, 1 dry. The article adds it to the urgency, which
    /// makes sense for a need and none for a supply.
    LUBRICATION("lubrication", 0.3);

    private final String head;
    private final double weight;

    Factor(String head, double weight) {
        this.head = head;
        this.weight = weight;
    }

    public String head() {
        return head;
    }

    /// Share of the urgency, and so the largest contribution; the weights sum to 1.
    public double weight() {
        return weight;
    }

    /// How bad a reading in [0, 1] is: 0 as new, 1 as bad as it gets.
    double severity(double reading) {
        return reading;
    }
}

package io.retort.fleet.simulation;

import java.util.SplittableRandom;

/// One physical object: what stays the same from look to look.
///
/// @param colour of its body
/// @param clear whether one sees through it
/// @param black whether soot colours it, which swallows near-infrared light too
/// @param age 0 new to 1 at the end of its life: dust, fine wear, weathering
/// @param severity of the degradation, 0 to 1
/// @param quality 0 to 1: what age and degradation have left
/// @param labelled whether a paper label is on it
/// @param stretch of its outline, across over along
/// @param seed of its patches, cracks and scratches
record Specimen(
        Material material,
        Form form,
        Colour colour,
        boolean clear,
        boolean black,
        double gloss,
        double age,
        Degradation degradation,
        double severity,
        double quality,
        boolean labelled,
        double stretch,
        int seed) {

    private static final double SOOT_BLACK = 0.03;

    static Specimen draw(Material material, SplittableRandom random) {
        Colour colour = material.colour(random);
        boolean clear = random.nextDouble() < material.clear();
        boolean black =
                !clear
                        && material.family() == Family.POLYMER
                        && colour.luminance() < SOOT_BLACK
                        && random.nextDouble() < 0.35;
        // Batches differ in shade and each channel a little by itself.
        double shade = Math.exp(0.10 * random.nextGaussian());
        colour =
                new Colour(
                        colour.red() * shade * Math.exp(0.04 * random.nextGaussian()),
                        colour.green() * shade * Math.exp(0.04 * random.nextGaussian()),
                        colour.blue() * shade * Math.exp(0.04 * random.nextGaussian()));
        Degradation degradation = material.family().degradation(random);
        double severity = degradation == Degradation.PRISTINE ? 0 : Seeds.between(random, 0.25, 1);
        double age =
                degradation == Degradation.PRISTINE
                        ? Seeds.between(random, 0, 0.35)
                        : Seeds.between(random, 0.1, 0.9);
        double quality =
                1
                        - 0.35 * age
                        - degradation.loss() * (0.2 + 0.8 * severity)
                        + 0.02 * random.nextGaussian();
        if (degradation == Degradation.PRISTINE) {
            quality = 1 - 0.35 * age + 0.01 * random.nextGaussian();
        }
        return new Specimen(
                material,
                material.form(random),
                colour,
                clear,
                black,
                Math.clamp(material.gloss() + 0.12 * random.nextGaussian(), 0.0, 1.0),
                age,
                degradation,
                severity,
                Math.clamp(quality, 0.0, 1.0),
                random.nextDouble() < material.family().labelled(),
                Math.exp(0.12 * random.nextGaussian()),
                random.nextInt());
    }

    /// Severity where it is this degradation, else 0.
    double severity(Degradation of) {
        return degradation == of ? severity : 0;
    }

    /// Of the wall, in m.
    double thickness() {
        return form.thickness() * material.family().thickness() / 1000;
    }
}

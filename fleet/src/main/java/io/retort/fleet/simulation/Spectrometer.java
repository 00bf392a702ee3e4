package io.retort.fleet.simulation;

import io.retort.contract.v1.Vector;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Reflectance of a spot of the item, from about 1000 to 1900 nm every 4 nm.
///
/// A body scatters light back after some path through it, on which its bands absorb (Lambert-Beer
/// over one effective path); its gloss adds light that never entered it; dirt, char and corrosion
/// hide a part of the spot; water, oil and weathering absorb on top.
final class Spectrometer {

    private static final double STEP = 4;
    private static final double END = 1902;
    private static final double NOISE = 0.0016;
    private static final double SOOT = 0.045;

    private final Materials materials;

    Spectrometer(Materials materials) {
        this.materials = materials;
    }

    Vector measure(Specimen specimen, Station station, SplittableRandom random) {
        SplittableRandom batch = Seeds.random(specimen.seed(), 31);
        List<Band> bands = bands(specimen, batch);
        List<Hiding> covers = covers(specimen, random);
        List<Layer> layers = layers(specimen, batch, random);
        double path = path(specimen, batch, random);
        double gain = gain(specimen, random);
        double gloss = (0.01 + 0.05 * specimen.gloss()) * Seeds.between(random, 0.3, 1.2);
        double tilt = 0.05 * random.nextGaussian() - 0.10 * specimen.severity(Degradation.FADED);
        double bend = 0.02 * random.nextGaussian();
        Reflector body = specimen.material().reflector();
        Vector.Builder vector = Vector.newBuilder();
        for (double told = station.axisStart(); told < END + STEP; told += STEP) {
            double wavelength = told + station.axisError();
            double position = Reflector.position(wavelength);
            double absorbance = path * Reflector.absorbance(bands, wavelength);
            double base = body.base(wavelength);
            if (specimen.black()) {
                base = SOOT * (1 + 0.3 * position);
                absorbance *= 0.12;
            }
            double reflectance = base * Math.exp(-absorbance);
            for (Hiding cover : covers) {
                reflectance += cover.share() * (cover.by().reflectance(wavelength) - reflectance);
            }
            double over = 0;
            for (Layer layer : layers) {
                over += layer.amount() * Reflector.absorbance(layer.bands(), wavelength);
            }
            reflectance = gloss + (1 - gloss) * reflectance * Math.exp(-over);
            reflectance *= gain * (1 + tilt * position + bend * (4 * position * position - 0.33));
            reflectance += NOISE * (0.6 + 0.4 * gain) * random.nextGaussian();
            vector.addAxis((float) told).addValues((float) Math.max(reflectance, 0.001));
        }
        return vector.build();
    }

    /// @param share of the spot that is hidden
    private record Hiding(Reflector by, double share) {}

    private record Layer(List<Band> bands, double amount) {}

    /// The material's, as this batch has them: grades and additives differ a little.
    private static List<Band> bands(Specimen specimen, SplittableRandom batch) {
        List<Band> bands = new ArrayList<>();
        double shift = 0.5 * batch.nextGaussian();
        for (Band band : specimen.material().reflector().bands()) {
            bands.add(
                    new Band(
                            band.centre() + shift,
                            band.width(),
                            band.depth() * Math.exp(0.07 * batch.nextGaussian())));
        }
        return bands;
    }

    private List<Hiding> covers(Specimen specimen, SplittableRandom random) {
        List<Hiding> covers = new ArrayList<>();
        double soil =
                0.08 * specimen.age() * random.nextDouble()
                        + specimen.severity(Degradation.SOILED) * Seeds.between(random, 0.2, 0.7);
        covers.add(new Hiding(materials.cover("soil").reflector(), soil));
        double corroded =
                specimen.severity(Degradation.CORRODED) * Seeds.between(random, 0.25, 0.8);
        if (corroded > 0) {
            covers.add(
                    new Hiding(
                            materials.cover(specimen.material().corrosion()).reflector(),
                            corroded));
        }
        double burnt = specimen.severity(Degradation.BURNT) * Seeds.between(random, 0.25, 0.8);
        if (burnt > 0) {
            covers.add(new Hiding(materials.cover("char").reflector(), burnt));
        }
        return covers;
    }

    private List<Layer> layers(Specimen specimen, SplittableRandom batch, SplittableRandom random) {
        double water =
                specimen.material().family().water() * Seeds.between(batch, 0.5, 1.5)
                        + specimen.severity(Degradation.MOIST) * Seeds.between(random, 0.35, 1.0);
        double oil = specimen.severity(Degradation.OILY) * Seeds.between(random, 0.35, 1.0);
        double oxidation =
                (specimen.material().isMetal() ? 0 : 0.15 * specimen.age())
                        + specimen.severity(Degradation.FADED) * Seeds.between(random, 0.5, 1.0);
        return List.of(
                new Layer(materials.layer("water"), water),
                new Layer(materials.layer("oil"), oil),
                new Layer(materials.layer("oxidation"), oxidation));
    }

    private static double path(Specimen specimen, SplittableRandom batch, SplittableRandom random) {
        if (specimen.material().isMetal()) {
            return Math.exp(0.10 * batch.nextGaussian());
        }
        double uneven = 0.06 + 0.2 * specimen.severity(Degradation.DEFORMED);
        return (1 - 0.2 * specimen.severity(Degradation.SCRATCHED))
                * Math.exp(0.16 * batch.nextGaussian() + uneven * random.nextGaussian());
    }

    private static double gain(Specimen specimen, SplittableRandom random) {
        double gain = Seeds.between(random, 0.7, 1.1);
        gain *= 1 - 0.35 * specimen.severity(Degradation.CRACKED) * random.nextDouble();
        return gain
                * Math.exp(0.2 * specimen.severity(Degradation.DEFORMED) * random.nextGaussian());
    }
}

package io.retort.fleet.simulation;

import io.retort.contract.v1.Image;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.SplittableRandom;

/// 64 x 64 RGB, 8 bits, of the item on its belt.
final class Camera {

    private static final int SIDE = 64;
    private static final double SHADOW = 0.09;
    private static final double READ_NOISE = 0.0018;
    private static final double SHOT_NOISE = 0.006;
    private static final Colour WHITE = new Colour(1, 1, 1);
    private static final Colour LABEL = Colour.of("efece2");
    private static final Colour YELLOWED = Colour.of("d8c48e");
    private static final Colour LABEL_INK = Colour.of("4a4a52");
    private static final Colour SCORCHED = Colour.of("5a3a1e");
    private static final byte[] SRGB = srgb();

    private final Materials materials;
    private final Colour soil;

    Camera(Materials materials) {
        this.materials = materials;
        this.soil = materials.cover("soil").colour();
    }

    Image take(
            Specimen specimen,
            Surface surface,
            View view,
            Station station,
            SplittableRandom random) {
        float[] linear = new float[SIDE * SIDE * 3];
        Scene scene = new Scene(specimen, surface, view, station, random.nextInt());
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double px = (x + 0.5) / (SIDE / 2) - 1;
                double py = (y + 0.5) / (SIDE / 2) - 1;
                Colour colour = scene.colour(px, py);
                int at = 3 * (y * SIDE + x);
                linear[at] = (float) colour.red();
                linear[at + 1] = (float) colour.green();
                linear[at + 2] = (float) colour.blue();
            }
        }
        return Pictures.encoded(developed(linear, view, random), station.picture());
    }

    /// Blurs along the belt, adds the sensor's noise and stores as sRGB, blue first.
    private static BufferedImage developed(float[] linear, View view, SplittableRandom random) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_3BYTE_BGR);
        byte[] samples = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        // A dim image is amplified, and its noise with it.
        double amplification = Math.min(2.2, 1 / Math.sqrt(view.light()));
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                for (int c = 0; c < 3; c++) {
                    int at = 3 * (y * SIDE + x) + c;
                    double value = linear[at];
                    if (view.blur()) {
                        float left = linear[3 * (y * SIDE + Math.max(0, x - 1)) + c];
                        float right = linear[3 * (y * SIDE + Math.min(SIDE - 1, x + 1)) + c];
                        value = 0.4 * value + 0.3 * (left + right);
                    }
                    double noise =
                            Math.sqrt(
                                    READ_NOISE * READ_NOISE
                                            + SHOT_NOISE * SHOT_NOISE * Math.max(0, value));
                    value = amplification * (value + noise * random.nextGaussian());
                    samples[at - c + 2 - c] = sample(value);
                }
            }
        }
        return image;
    }

    private static byte sample(double value) {
        return SRGB[(int) Math.clamp(value * (SRGB.length - 1), 0.0, SRGB.length - 1.0)];
    }

    private static byte[] srgb() {
        byte[] table = new byte[4096];
        for (int i = 0; i < table.length; i++) {
            double linear = i / (table.length - 1.0);
            double encoded =
                    linear <= 0.0031308
                            ? 12.92 * linear
                            : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
            table[i] = (byte) Math.round(255 * encoded);
        }
        return table;
    }

    /// Light that comes from each point of the image.
    private final class Scene {

        private final Specimen specimen;
        private final Surface surface;
        private final View view;
        private final Station station;
        private final Noise beltNoise;
        private final Noise noise;
        private final Colour illuminant;
        private final Colour labelInk;
        private final double lampX;
        private final double lampY;

        Scene(Specimen specimen, Surface surface, View view, Station station, int beltSeed) {
            this.specimen = specimen;
            this.surface = surface;
            this.view = view;
            this.station = station;
            this.beltNoise = new Noise(beltSeed);
            this.noise = surface.noise();
            this.illuminant =
                    new Colour(1 + 0.14 * view.warmth(), 1, 1 - 0.18 * view.warmth())
                            .times(view.light());
            this.labelInk =
                    Colour.of(Integer.toHexString((specimen.seed() & 0xffffff) | 0x202020))
                            .mix(LABEL_INK, 0.65);
            this.lampX = Math.cos(view.lightAngle());
            this.lampY = Math.sin(view.lightAngle());
        }

        Colour colour(double px, double py) {
            Colour light = illuminant.times(1 + view.gradient() * (px * lampX + py * lampY));
            Colour ground = belt(px, py);
            double u = view.across(px, py);
            double v = view.along(px, py);
            double distance = surface.distance(u, v);
            double pixel = 2.0 / SIDE / view.scale();
            double inside = Math.clamp(0.5 - distance / pixel, 0.0, 1.0);
            if (inside < 1) {
                ground = ground.times(1 - shade(px, py));
            }
            if (inside == 0) {
                return ground.times(light);
            }
            return ground.mix(item(u, v, -distance, ground), inside).times(light);
        }

        private Colour belt(double px, double py) {
            double weave =
                    1 + 0.10 * beltNoise.at(26 * px, 26 * py) + 0.10 * beltNoise.at(px, 5 * py);
            return station.belt().times(weave);
        }

        /// Shadow that the item throws away from the lamp.
        private double shade(double px, double py) {
            double x = px + SHADOW * lampX;
            double y = py + SHADOW * lampY;
            double depth = specimen.clear() ? 0.2 : 0.5;
            return depth
                    * Noise.step(
                            -0.06, 0.06, -surface.distance(view.across(x, y), view.along(x, y)));
        }

        private Colour item(double u, double v, double inside, Colour ground) {
            double step = 0.02;
            double height = surface.relief(u, v, inside);
            double slopeU = (surface.relief(u + step, v, inside(u + step, v)) - height) / step;
            double slopeV = (surface.relief(u, v + step, inside(u, v + step)) - height) / step;
            double scratch = surface.scratch(u, v);
            double crack = specimen.degradation() == Degradation.CRACKED ? surface.crack(u, v) : 0;
            // The lamp in item coordinates.
            double lampU = lampX * view.cosine() + lampY * view.sine();
            lampU = view.mirrored() ? -lampU : lampU;
            double lampV = lampY * view.cosine() - lampX * view.sine();
            double norm = Math.sqrt(1 + slopeU * slopeU + slopeV * slopeV);
            double facing = (0.75 - 0.66 * (slopeU * lampU + slopeV * lampV)) / norm;
            double diffuse = 0.35 + 0.75 * Math.max(0, facing);
            double halfway = (0.93 - 0.37 * (slopeU * lampU + slopeV * lampV)) / norm;
            double gloss = gloss(u, v);
            double glint = gloss * Math.pow(Math.max(0, halfway), 8 + 50 * gloss);
            Colour body = body(u, v);
            Colour seen =
                    specimen.clear()
                            ? through(u, v, inside, ground, body, diffuse)
                            : specimen.material().isMetal()
                                    ? metal(body, diffuse, glint, slopeU, slopeV)
                                    : body.times(diffuse);
            seen = lines(seen, scratch, crack, diffuse);
            seen = covered(seen, u, v, diffuse);
            Colour shine = specimen.material().isMetal() ? body.mix(WHITE, 0.4) : WHITE;
            return seen.plus(shine.times(0.75 * glint));
        }

        private double inside(double u, double v) {
            return -surface.distance(u, v);
        }

        private double gloss(double u, double v) {
            double gloss = specimen.gloss() * (1 - 0.35 * specimen.age());
            gloss *= 1 - 0.7 * specimen.severity(Degradation.FADED);
            gloss *= 1 - 0.6 * specimen.severity(Degradation.CORRODED);
            double oil = surface.patch(u, v, 0.7 * specimen.severity(Degradation.OILY), 0.6, 4);
            double wet = surface.patch(u, v, 0.7 * specimen.severity(Degradation.MOIST), 0.4, 5);
            return Math.max(gloss, Math.max(0.75 * oil, 0.95 * wet));
        }

        /// Its own colour, with texture, label and fading.
        private Colour body(double u, double v) {
            double texture = specimen.material().texture().brightness(u, v, noise);
            Colour body = specimen.colour().times(texture);
            double faded = specimen.severity(Degradation.FADED);
            double old = specimen.material().isMetal() ? 0 : 0.18 * specimen.age();
            double yellowing = Math.min(0.75, old + 0.55 * faded);
            double grey = body.luminance();
            body = body.mix(new Colour(grey, grey, grey), 0.6 * faded);
            body = body.mix(YELLOWED.times(0.35 + 0.65 * Math.sqrt(Math.max(0, grey))), yellowing);
            if (onLabel(u, v)) {
                boolean ink = noise.at(9 * u, Math.rint(11 * v) * 5) > 0.1;
                body = ink ? labelInk : LABEL;
            }
            return body;
        }

        private boolean onLabel(double u, double v) {
            return specimen.labelled() && Math.abs(v - 0.12) < 0.24 && Math.abs(u) < 0.36;
        }

        /// What shines through: the ground tinted by the wall, which is seen edge-on at the rim.
        private Colour through(
                double u, double v, double inside, Colour ground, Colour body, double diffuse) {
            if (onLabel(u, v)) {
                return body.times(diffuse);
            }
            double rim = Math.exp(-inside / 0.07);
            double haze = 0.10 + 0.25 * specimen.age() + 0.4 * specimen.severity(Degradation.FADED);
            Colour tinted = ground.times(body).times(1.1 - 0.35 * rim);
            return tinted.mix(body.times(0.55 * diffuse), Math.min(0.85, haze + 0.35 * rim));
        }

        /// Mirrors its dim or bright surroundings rather than scattering.
        private Colour metal(
                Colour body, double diffuse, double glint, double slopeU, double slopeV) {
            double mirror = 0.55 + 0.45 * noise.at(1.3 * slopeU + 7, 1.3 * slopeV - 3);
            double polish = specimen.gloss();
            return body.times((1 - polish) * diffuse + polish * mirror * 1.1 + 0.2 * glint);
        }

        private Colour lines(Colour seen, double scratch, double crack, double diffuse) {
            if (scratch > 0) {
                boolean bright = specimen.colour().luminance() < 0.4 || specimen.clear();
                Colour groove = bright ? seen.mix(WHITE, 0.45).times(diffuse) : seen.times(0.55);
                seen = seen.mix(groove, scratch * (0.35 + 0.65 * specimen.severity()));
            }
            return crack > 0 ? seen.times(1 - 0.85 * Math.sqrt(crack)) : seen;
        }

        private Colour covered(Colour seen, double u, double v, double diffuse) {
            double dust = 0.10 * specimen.age() * (1 + noise.at(3 * u, 3 * v));
            Colour covered = seen.mix(soil.times(diffuse), Math.min(0.3, dust));
            covered =
                    covered(
                            covered,
                            soil.times(diffuse * (1 + 0.3 * noise.at(14 * u, 14 * v))),
                            0.9
                                    * surface.patch(
                                            u,
                                            v,
                                            0.6 * specimen.severity(Degradation.SOILED),
                                            0.5,
                                            1));
            double corroded = specimen.severity(Degradation.CORRODED);
            if (corroded > 0) {
                Colour crust = materials.cover(specimen.material().corrosion()).colour();
                covered =
                        covered(
                                covered,
                                crust.times(diffuse * (1 + 0.35 * noise.at(16 * u, 16 * v))),
                                0.92 * surface.patch(u, v, 0.75 * corroded, 0.4, 2));
            }
            double oil = surface.patch(u, v, 0.7 * specimen.severity(Degradation.OILY), 0.6, 4);
            covered = covered.times(new Colour(1 - 0.40 * oil, 1 - 0.46 * oil, 1 - 0.58 * oil));
            double wet = surface.patch(u, v, 0.7 * specimen.severity(Degradation.MOIST), 0.4, 5);
            double drops = Noise.step(0.35, 0.6, noise.at(13 * u + 80, 13 * v));
            covered = covered.times(1 - 0.30 * wet).plus(WHITE.times(0.16 * wet * drops));
            double burnt = specimen.severity(Degradation.BURNT);
            if (burnt > 0) {
                double scorched = surface.patch(u, v, Math.min(1, 0.7 * burnt + 0.15), 0.6, 3);
                covered = covered(covered, SCORCHED.times(diffuse), 0.7 * scorched);
                covered =
                        covered(
                                covered,
                                materials.cover("char").colour().times(diffuse),
                                surface.patch(u, v, 0.7 * burnt, 0.6, 3));
            }
            return covered;
        }

        private static Colour covered(Colour under, Colour over, double part) {
            return part > 0 ? under.mix(over, part) : under;
        }
    }
}

package io.retort.fleet.simulation;

import com.google.protobuf.ByteString;
import io.retort.contract.v1.Image;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/// 32 x 32 counts of 0.01 K, taken after a heater's pulse.
///
/// The pulse warms the skin of a thick body by 2 q sqrt(t / pi) / e with the effusivity e, and the
/// whole of a thin one by q t / (rho c d) (Carslaw & Jaeger 1959). A camera sees eps T^4 + (1 -
/// eps) R^4, where R is the cold panel that shiny metal mirrors.
final class ThermalCamera {

    private static final int SIDE = 32;
    private static final double COLD_PANEL = 284;
    private static final double NOISE = 0.06;

    /// Air and the belt carry off the more, the hotter an item is.
    private static final double HOTTEST = 60;

    Image take(
            Specimen specimen,
            Surface surface,
            View view,
            Station station,
            SplittableRandom random) {
        double belt = view.ambient() + rise(0.94, 0.25, 2.0, 0.006, view);
        double lean = Seeds.between(random, -0.12, 0.12);
        double leanAngle = Seeds.between(random, 0, Math.TAU);
        double columnNoise = 0.03;
        double[] columns = new double[SIDE];
        for (int x = 0; x < SIDE; x++) {
            columns[x] = columnNoise * random.nextGaussian();
        }
        int[] counts = new int[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            double py = (y + 0.5) / (SIDE / 2) - 1;
            for (int x = 0; x < SIDE; x++) {
                double px = (x + 0.5) / (SIDE / 2) - 1;
                double uneven = 1 + lean * (px * Math.cos(leanAngle) + py * Math.sin(leanAngle));
                double ground = view.ambient() + uneven * (belt - view.ambient());
                double u = view.across(px, py);
                double v = view.along(px, py);
                double distance = surface.distance(u, v) * view.scale();
                double inside = Math.clamp(0.5 - distance * SIDE / 3, 0.0, 1.0);
                double kelvin = apparent(ground, 0.94);
                if (inside > 0) {
                    double item = item(specimen, surface, view, u, v, uneven);
                    kelvin += inside * (item - kelvin);
                }
                kelvin += columns[x] + NOISE * random.nextGaussian();
                counts[y * SIDE + x] = (int) Math.round(100 * kelvin);
            }
        }
        return image(counts, station);
    }

    private double item(
            Specimen specimen, Surface surface, View view, double u, double v, double uneven) {
        Material material = specimen.material();
        double emissivity =
                material.emissivity() + 0.08 * specimen.age() * (1 - material.emissivity());
        double thickness = specimen.thickness();
        double cooled = 0;
        double dirt =
                surface.patch(u, v, 0.6 * specimen.severity(Degradation.SOILED), 0.5, 1)
                        + surface.patch(
                                u, v, 0.75 * specimen.severity(Degradation.CORRODED), 0.4, 2);
        double burnt = surface.patch(u, v, 0.7 * specimen.severity(Degradation.BURNT), 0.6, 3);
        double oil = surface.patch(u, v, 0.7 * specimen.severity(Degradation.OILY), 0.6, 4);
        emissivity += Math.min(1, dirt) * 0.8 * (0.95 - emissivity);
        emissivity += burnt * (0.97 - emissivity);
        emissivity += oil * 0.45 * (0.94 - emissivity);
        double wet = surface.patch(u, v, 0.7 * specimen.severity(Degradation.MOIST), 0.4, 5);
        if (wet > 0) {
            emissivity += wet * (0.96 - emissivity);
            cooled = wet * (2.5 + 2.5 * specimen.severity());
            thickness += wet * 0.0002;
        }
        double crack = specimen.degradation() == Degradation.CRACKED ? surface.crack(u, v) : 0;
        thickness *= 1 - 0.6 * crack;
        double rise =
                uneven
                        * rise(
                                emissivity,
                                material.conductivity(),
                                material.capacity(),
                                thickness,
                                view);
        rise *= 1 + 0.06 * surface.noise().at(2 * u, 2 * v) + 0.35 * crack + 0.3 * burnt;
        return apparent(view.ambient() + rise - cooled, emissivity);
    }

    /// In K, for conductivity in W/(m K), capacity in MJ/(m3 K) and thickness in m.
    private static double rise(
            double emissivity, double conductivity, double capacity, double thickness, View view) {
        double volumetric = capacity * 1e6;
        double effusivity = Math.sqrt(conductivity * volumetric);
        double skin = 2 * emissivity * view.heat() * Math.sqrt(view.pulse() / Math.PI) / effusivity;
        double whole = emissivity * view.heat() * view.pulse() / (volumetric * thickness);
        double rise = Math.sqrt(skin * skin + whole * whole);
        return rise / (1 + rise / HOTTEST);
    }

    private static double apparent(double kelvin, double emissivity) {
        return Math.sqrt(
                Math.sqrt(
                        emissivity * Math.pow(kelvin, 4)
                                + (1 - emissivity) * Math.pow(COLD_PANEL, 4)));
    }

    private static Image image(int[] counts, Station station) {
        return switch (station.thermal()) {
            case GRAY16 -> {
                byte[] bytes = new byte[2 * counts.length];
                for (int i = 0; i < counts.length; i++) {
                    bytes[2 * i] = (byte) (counts[i] >> 8);
                    bytes[2 * i + 1] = (byte) counts[i];
                }
                yield Image.newBuilder()
                        .setEncoding(Image.Encoding.GRAY16)
                        .setWidth(SIDE)
                        .setHeight(SIDE)
                        .setData(ByteString.copyFrom(bytes))
                        .build();
            }
            case PNG, JPEG, RGB8, ENCODING_UNSPECIFIED, UNRECOGNIZED -> {
                BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
                image.getRaster().setPixels(0, 0, SIDE, SIDE, counts);
                yield Pictures.encoded(image, Image.Encoding.PNG);
            }
        };
    }
}

package io.retort.fleet.machines;

import com.google.protobuf.ByteString;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.v1.Image;
import java.util.SplittableRandom;

/// Radiometric, 16 bits, hundredths of a kelvin. A motor warms with its load, bearings with
/// friction, a coupling with the work of bending.
final class HeatCamera {

    private static final double NOISE_KELVIN = 0.15;

    private final ImageModality modality;

    HeatCamera(ImageModality modality) {
        this.modality = modality;
    }

    Image take(Visit visit, SplittableRandom random) {
        int height = modality.height();
        int width = modality.width();
        byte[] samples = new byte[2 * height * width];
        double dry = visit.condition().lubrication();
        double friction = visit.load() * (4 + 22 * dry + 9 * visit.condition().wear());
        double bending = visit.load() * 16 * visit.misalignment();
        double winding = 18 * visit.load() * visit.load();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double across = (x + 0.5) / width;
                double down = (y + 0.5) / height;
                double kelvin =
                        visit.ambient()
                                + winding * body(across, down)
                                + friction * spot(across - Drawing.PUMP_BEARING, down, 0.08)
                                + 0.7 * friction * spot(across - Drawing.MOTOR_BEARING, down, 0.08)
                                + bending * spot(across - Drawing.COUPLING, down, 0.06)
                                + NOISE_KELVIN * random.nextGaussian();
                int sample = (int) Math.round(kelvin / modality.scale());
                samples[2 * (y * width + x)] = (byte) sample;
                samples[2 * (y * width + x) + 1] = (byte) (sample >> 8);
            }
        }
        return Image.newBuilder()
                .setEncoding(Image.Encoding.GRAY16)
                .setWidth(width)
                .setHeight(height)
                .setData(ByteString.copyFrom(samples))
                .build();
    }

    private static double body(double across, double down) {
        boolean motor = across > Drawing.MOTOR_LEFT && across < Drawing.MOTOR_RIGHT;
        return motor && Math.abs(down - Drawing.SHAFT) < 0.25 ? 1 : 0;
    }

    private static double spot(double across, double down, double size) {
        double apart = across * across + (down - Drawing.SHAFT) * (down - Drawing.SHAFT);
        return Math.exp(-apart / (2 * size * size));
    }
}

package io.retort.fleet.machines;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.v1.Image;
import io.retort.fleet.simulation.Noise;
import io.retort.fleet.simulation.Pictures;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/// Sees a drive from the side. Shafts out of line show as halves of a coupling that do not meet, by
/// up to seven pixels; a worn bearing leaks oil on the frame and sheds grey dust; a dry one turns
/// brown. Old stains, dust, paint, light and the way the pump was mounted look much the same.
final class HallCamera {

    /// Drawn larger, then averaged, so that half a pixel shows.
    private static final int FINER = 4;

    private static final double NOISE = 5;

    private final ImageModality modality;

    HallCamera(ImageModality modality) {
        this.modality = modality;
    }

    Image take(Visit visit, SplittableRandom random) {
        int width = modality.width();
        int height = modality.height();
        BufferedImage fine =
                new BufferedImage(width * FINER, height * FINER, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = fine.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.scale(fine.getWidth(), fine.getHeight());
        hall(graphics, visit);
        drive(graphics, visit);
        graphics.dispose();
        return Pictures.encoded(developed(fine, visit, random), Image.Encoding.PNG);
    }

    private void hall(Graphics2D graphics, Visit visit) {
        graphics.setColor(new Color(150, 152, 155));
        graphics.fill(new Rectangle2D.Double(0, 0, 1, 1));
        graphics.setColor(new Color(96, 92, 88));
        graphics.fill(new Rectangle2D.Double(0, Drawing.FLOOR, 1, 1 - Drawing.FLOOR));
        graphics.setColor(new Color(70, 72, 76));
        graphics.fill(new Rectangle2D.Double(0.03, Drawing.FLOOR - 0.05, 0.94, 0.06));
        double wear = visit.condition().wear();
        stain(graphics, Drawing.PUMP_BEARING, 0.03 + 0.4 * wear * wear);
        SplittableRandom old = new SplittableRandom(visit.machine().seed());
        stain(graphics, 0.1 + 0.8 * old.nextDouble(), 0.5 * visit.machine().stained());
    }

    private static void stain(Graphics2D graphics, double across, double width) {
        graphics.setColor(new Color(34, 30, 26));
        graphics.fill(
                new Ellipse2D.Double(
                        across - width / 2, Drawing.FLOOR - 0.04, width, 0.04 + 0.3 * width));
    }

    private void drive(Graphics2D graphics, Visit visit) {
        double pixel = 1.0 / modality.height();
        double off = (visit.machine().seat() + 7 * visit.misalignment()) * pixel;
        Color paint = Color.getHSBColor(visit.machine().paint(), 0.45f, 0.6f);
        graphics.setColor(paint);
        block(graphics, Drawing.MOTOR_LEFT, Drawing.MOTOR_RIGHT, Drawing.SHAFT, 0.5);
        block(graphics, Drawing.PUMP_LEFT, Drawing.PUMP_RIGHT, Drawing.SHAFT + off, 0.44);
        graphics.setColor(paint.darker());
        graphics.setStroke(new BasicStroke((float) (0.6 * pixel)));
        for (int rib = 1; rib < 6; rib++) {
            double x = Drawing.MOTOR_LEFT + rib * (Drawing.MOTOR_RIGHT - Drawing.MOTOR_LEFT) / 6;
            graphics.draw(new Rectangle2D.Double(x, Drawing.SHAFT - 0.23, 0, 0.46));
        }
        Color steel = new Color(176, 178, 184);
        graphics.setColor(steel);
        block(graphics, Drawing.MOTOR_RIGHT, Drawing.COUPLING, Drawing.SHAFT, 0.09);
        block(graphics, Drawing.COUPLING, Drawing.PUMP_LEFT, Drawing.SHAFT + off, 0.09);
        block(graphics, Drawing.COUPLING - 0.05, Drawing.COUPLING, Drawing.SHAFT, 0.28);
        block(graphics, Drawing.COUPLING, Drawing.COUPLING + 0.05, Drawing.SHAFT + off, 0.28);
        bearing(graphics, visit, Drawing.MOTOR_BEARING, Drawing.SHAFT, 0.6);
        bearing(graphics, visit, Drawing.PUMP_BEARING, Drawing.SHAFT + off, 1);
    }

    private static void block(
            Graphics2D graphics, double left, double right, double middle, double height) {
        graphics.fill(new Rectangle2D.Double(left, middle - height / 2, right - left, height));
    }

    /// Bright steel where greased, brown where dry, grey where it sheds dust.
    private static void bearing(
            Graphics2D graphics, Visit visit, double across, double down, double share) {
        double dry = share * visit.condition().lubrication();
        double worn = share * visit.condition().wear();
        graphics.setColor(
                mixed(
                        mixed(new Color(150, 150, 150), new Color(112, 70, 40), 0.8 * dry),
                        new Color(70, 70, 74),
                        0.5 * worn));
        graphics.fill(new Ellipse2D.Double(across - 0.075, down - 0.11, 0.15, 0.22));
    }

    private static Color mixed(Color first, Color second, double share) {
        double part = Math.clamp(share, 0.0, 1.0);
        return new Color(
                (int) (first.getRed() + part * (second.getRed() - first.getRed())),
                (int) (first.getGreen() + part * (second.getGreen() - first.getGreen())),
                (int) (first.getBlue() + part * (second.getBlue() - first.getBlue())));
    }

    private BufferedImage developed(BufferedImage fine, Visit visit, SplittableRandom random) {
        int width = modality.width();
        int height = modality.height();
        Noise grime = new Noise(random.nextInt());
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double dust = visit.dust() * Math.max(0, 0.5 + grime.rough(x * 0.12, y * 0.12));
                int pixel = 0;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    double clean = averaged(fine, x, y, shift);
                    double seen = (clean + dust * (128 - clean)) * visit.light();
                    double noisy = seen + NOISE * random.nextGaussian();
                    pixel |= (int) Math.clamp(Math.round(noisy), 0L, 255L) << shift;
                }
                image.setRGB(x, y, pixel);
            }
        }
        return image;
    }

    private static double averaged(BufferedImage fine, int x, int y, int shift) {
        int sum = 0;
        for (int i = 0; i < FINER * FINER; i++) {
            sum += fine.getRGB(x * FINER + i % FINER, y * FINER + i / FINER) >> shift & 0xff;
        }
        return (double) sum / (FINER * FINER);
    }
}

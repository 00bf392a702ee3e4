package io.retort.fleet.simulation;

import io.retort.contract.v1.Image.Encoding;
import java.util.SplittableRandom;

/// Where items are looked at: its belt and its sensors' own ways.
///
/// @param belt colour
/// @param warmth of its lamps, -1 bluish to 1 yellowish
/// @param axisStart first wavelength of its spectrometer, in nm
/// @param axisError by which the wavelengths that it tells are wrong, in nm
record Station(
        String name,
        Colour belt,
        double warmth,
        double axisStart,
        double axisError,
        Encoding picture,
        Encoding thermal) {

    static final int COUNT = 4;

    private static final String[] BELTS = {"3b3d40", "2f4a42", "33414f", "4a4743"};

    static Station of(long seed, int number) {
        SplittableRandom random = Seeds.random(seed, 11, number);
        return new Station(
                "station-" + (number + 1),
                Colour.of(BELTS[number % BELTS.length]),
                Seeds.between(random, -0.6, 0.6),
                Seeds.between(random, 994, 999),
                0.4 * random.nextGaussian(),
                number % 2 == 0 ? Encoding.PNG : Encoding.JPEG,
                number % 2 == 0 ? Encoding.GRAY16 : Encoding.PNG);
    }
}

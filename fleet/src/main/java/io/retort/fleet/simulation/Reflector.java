package io.retort.fleet.simulation;

import java.util.List;

/// What scatters light back from 1000 to 1900 nm.
///
/// @param reflectance at 1450 nm where no band absorbs
/// @param slope relative change of that over 900 nm
record Reflector(double reflectance, double slope, List<Band> bands) {

    Reflector {
        bands = List.copyOf(bands);
    }

    double reflectance(double wavelength) {
        return base(wavelength) * Math.exp(-absorbance(bands, wavelength));
    }

    double base(double wavelength) {
        return reflectance * (1 + slope * position(wavelength));
    }

    static double absorbance(List<Band> bands, double wavelength) {
        double absorbance = 0;
        for (Band band : bands) {
            absorbance += band.absorbance(wavelength);
        }
        return absorbance;
    }

    /// -0.5 at 1000 nm and 0.5 at 1900 nm.
    static double position(double wavelength) {
        return (wavelength - 1450) / 900;
    }
}

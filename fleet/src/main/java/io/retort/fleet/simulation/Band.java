package io.retort.fleet.simulation;

/// An absorption band of Gaussian shape.
///
/// @param centre in nm
/// @param width standard deviation in nm
/// @param depth absorbance (natural logarithm) in the middle, over the usual path of light
record Band(double centre, double width, double depth) {

    double absorbance(double wavelength) {
        double apart = (wavelength - centre) / width;
        return apart * apart > 25 ? 0 : depth * Math.exp(-0.5 * apart * apart);
    }
}

package io.retort.fleet.simulation;

import java.util.List;
import java.util.SplittableRandom;

/// What a material is to the three sensors.
///
/// @param conductivity of heat, in W/(m K)
/// @param capacity for heat, in MJ/(m3 K)
/// @param emissivity from 8 to 14 um, where it is clean
/// @param colours that its items come in; one that is listed more often is more common
/// @param clear share of items that one sees through
/// @param gloss 0 matt to 1 mirror-like
record Material(
        String name,
        Family family,
        Reflector reflector,
        double conductivity,
        double capacity,
        double emissivity,
        List<Form> forms,
        List<Colour> colours,
        double clear,
        double gloss,
        Texture texture) {

    Material {
        forms = List.copyOf(forms);
        colours = List.copyOf(colours);
    }

    Form form(SplittableRandom random) {
        return forms.get(random.nextInt(forms.size()));
    }

    Colour colour(SplittableRandom random) {
        return colours.get(random.nextInt(colours.size()));
    }

    boolean isMetal() {
        return family == Family.METAL;
    }

    /// What corrosion leaves on it, by the name in `materials.json`.
    String corrosion() {
        return switch (name) {
            case "steel", "stainless-steel", "tinplate" -> "rust";
            case "copper", "brass", "bronze", "fr4" -> "verdigris";
            default -> "white-rust";
        };
    }
}

package io.retort.distillation.card;

import io.retort.distillation.evaluation.Comparison;
import io.retort.distillation.export.VariantVerdict;
import io.retort.distillation.gate.Verdict;
import io.retort.distillation.publishing.Artifact;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The release that a card is about.
///
/// @param student name of the family's member
/// @param teachers versions that were learnt from
/// @param macs multiply-accumulates for one capture
/// @param variants beside fp32, published or refused
/// @param parityMaxAbsDiff largest difference between the network and its fp32 file
/// @param provenance as in the version
public record Subject(
        String model,
        String student,
        List<String> teachers,
        Verdict gate,
        Comparison comparison,
        long parameters,
        long macs,
        Artifact fp32,
        Artifact int8,
        List<VariantVerdict> variants,
        double parityMaxAbsDiff,
        JsonNode provenance) {}

package io.retort.fleet.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.retort.contract.schema.ClassificationHead;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Image.Encoding;
import io.retort.preprocessing.Preprocessing;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RealDataTests {

    @Test
    void plasticsArePhotosWithSpectra() {
        DatasetFolder plastics = DatasetFolder.read(RealData.folder("plastics"), 0);

        assertThat(plastics.size()).isEqualTo(141);
        assertThat(groups(plastics)).hasSize(123);
        assertThat(plastics.groups().keySet()).containsExactly(0, 1, 2, 3, 4);
        assertThat(plastics.schema().heads())
                .isEqualTo(
                        Map.of(
                                "material",
                                new ClassificationHead(
                                        java.util.List.of("HDPE", "PET", "PP", "PS"))));
        assertThat(((VectorModality) plastics.schema().modality("spectrum")).axis()).hasSize(223);
        var first = plastics.item(0).capture();
        assertThat(first.getId()).isEqualTo("001");
        assertThat(first.getModalitiesOrThrow("rgb").getImage().getEncoding())
                .isEqualTo(Encoding.PNG);
        assertThat(first.getModalitiesOrThrow("spectrum").getVector().getValuesList())
                .hasSize(223)
                .startsWith(1.04259f, 1.03230f, 1.03134f);
        assertThat(first.getModalitiesOrThrow("spectrum").getVector().getAxisList())
                .startsWith(1014.48f, 1019.01f);
        everyCaptureBecomesTensors(plastics, 1);
    }

    @Test
    void trashnetIsPhotosAlone() {
        DatasetFolder trashnet = DatasetFolder.read(RealData.folder("trashnet"), 1);

        assertThat(trashnet.size()).isEqualTo(2527);
        assertThat(groups(trashnet)).hasSize(2527);
        assertThat(((ClassificationHead) trashnet.schema().head("material")).classes())
                .containsExactly("cardboard", "glass", "metal", "paper", "plastic", "trash");
        assertThat(trashnet.schema().modalities()).containsOnlyKeys("rgb");
        assertThat(
                        trashnet.item(2526)
                                .capture()
                                .getModalitiesOrThrow("rgb")
                                .getImage()
                                .getEncoding())
                .isEqualTo(Encoding.JPEG);
        everyCaptureBecomesTensors(trashnet, 100);
    }

    @Test
    void hydraulicIsSignalsOfSeventeenSensors() {
        DatasetFolder hydraulic = DatasetFolder.read(RealData.folder("hydraulic"), 2);

        assertThat(hydraulic.size()).isEqualTo(2205);
        assertThat(groups(hydraulic)).hasSize(194);
        int channels = 0;
        for (var modality : hydraulic.schema().modalities().values()) {
            SignalSummaryModality signal = (SignalSummaryModality) modality;
            assertThat(signal.steps()).isEqualTo(60);
            channels += signal.channels();
        }
        assertThat(channels).isEqualTo(17);
        assertThat(((ClassificationHead) hydraulic.schema().head("cooler")).classes())
                .containsExactly("3", "20", "100");
        assertThat(((ClassificationHead) hydraulic.schema().head("accumulator")).classes())
                .containsExactly("90", "100", "115", "130");
        assertThat(
                        hydraulic
                                .item(0)
                                .capture()
                                .getModalitiesOrThrow("pressure")
                                .getSignal()
                                .getValuesList())
                .hasSize(6 * 60)
                .startsWith(176.9f, 184.642f, 189.9f);
        everyCaptureBecomesTensors(hydraulic, 50);
    }

    private static void everyCaptureBecomesTensors(DatasetFolder dataset, int step) {
        Preprocessing preprocessing = new Preprocessing(dataset.schema());
        for (int i = 0; i < dataset.size(); i += step) {
            assertThat(preprocessing.tensors(dataset.item(i).capture()))
                    .containsOnlyKeys(dataset.schema().modalities().keySet());
        }
    }

    /// All groups, none of them in two folds.
    private static Set<String> groups(DatasetFolder dataset) {
        Set<String> groups = new HashSet<>();
        int sum = 0;
        for (var ofFold : dataset.groups().values()) {
            groups.addAll(ofFold);
            sum += ofFold.size();
        }
        assertThat(groups).hasSize(sum);
        return groups;
    }
}

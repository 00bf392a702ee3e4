package io.retort.fleet.machines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.retort.contract.Records;
import io.retort.contract.maintenance.Condition;
import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.v1.Image;
import io.retort.contract.v1.Signal;
import io.retort.fleet.dataset.Dataset;
import io.retort.fleet.simulation.Seeds;
import io.retort.preprocessing.Preprocessing;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MachinesTests {

    private static final Schema SCHEMA = Schema.maintenance();

    private final Machine machine = Machine.draw(new SplittableRandom(7));

    @Test
    void everyCaptureFitsTheSchemaAndKeepsWithItsMachine() {
        Machines machines = new Machines(3, 10);
        Preprocessing preprocessing = new Preprocessing(SCHEMA);

        assertThat(machines.size()).isEqualTo(50);
        for (int i = 0; i < machines.size(); i += 7) {
            Dataset.Item item = machines.item(i);
            assertThat(preprocessing.tensors(Records.check(item.capture())))
                    .containsOnlyKeys("rgb", "thermal", "vibration");
            assertThat(item.labels()).containsOnlyKeys("wear", "alignment", "lubrication");
            assertThat(item.capture().getId()).isEqualTo(machines.entries().get(i).id());
        }
        Set<String> groups = new HashSet<>();
        machines.groups()
                .values()
                .forEach(own -> own.forEach(g -> assertThat(groups.add(g)).isTrue()));
        assertThat(groups).hasSize(10);
        assertThat(machines.groups()).hasSize(5);
    }

    @Test
    void anItemDependsOnItsSeedAndPlaceAlone() {
        assertThat(new Machines(3, 10).item(4)).isEqualTo(new Machines(3, 50).item(4));
        assertThat(new Machines(3, 10).item(4)).isNotEqualTo(new Machines(4, 10).item(4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Machines(3, 4))
                .withMessageContaining("machines: 4");
    }

    @Test
    void machinesWearOutAndNeverRecover() {
        for (int seed = 0; seed < 20; seed++) {
            Machine own = Machine.draw(new SplittableRandom(seed));
            for (int visit = 1; visit < Machine.VISITS; visit++) {
                assertThat(own.condition(visit).wear())
                        .isGreaterThan(own.condition(visit - 1).wear());
            }
        }
    }

    @Test
    void shaftsOutOfLineShakeAtTwiceTheirSpeed() {
        double straight = amplitude(signal(new Condition(0, 1, 0)), 0, 2 * machine.hertz());
        double bent = amplitude(signal(new Condition(0, 0, 0)), 0, 2 * machine.hertz());

        assertThat(bent).isCloseTo(2.2, within(0.2));
        assertThat(straight).isLessThan(0.1);
        assertThat(amplitude(signal(new Condition(0, 0, 0)), 1, machine.hertz()))
                .as("along the shaft")
                .isCloseTo(1.4, within(0.2));
    }

    @Test
    void wornRacesRingAndDryBearingsHiss() {
        double asNew = steps(signal(new Condition(0, 1, 0)));

        assertThat(steps(signal(new Condition(1, 1, 0)))).isGreaterThan(5 * asNew);
        assertThat(steps(signal(new Condition(0, 1, 1)))).isGreaterThan(3 * asNew);
    }

    @Test
    void frictionWarmsBearingsAndBendingTheCoupling() {
        assertThat(kelvin(new Condition(0, 1, 1), Drawing.PUMP_BEARING))
                .isGreaterThan(kelvin(new Condition(0, 1, 0), Drawing.PUMP_BEARING) + 15);
        assertThat(kelvin(new Condition(0, 0, 0), Drawing.COUPLING))
                .isGreaterThan(kelvin(new Condition(0, 1, 0), Drawing.COUPLING) + 10);
        assertThat(kelvin(new Condition(0, 0, 0), 0.95))
                .isCloseTo(kelvin(new Condition(0, 1, 0), 0.95), within(2.0));
    }

    @Test
    void theCameraSeesEachOfThem() {
        Image asNew = picture(new Condition(0, 1, 0));

        assertThat(picture(new Condition(0, 1, 0))).isEqualTo(asNew);
        for (Condition changed :
                new Condition[] {
                    new Condition(0.9, 1, 0), new Condition(0, 0.2, 0), new Condition(0, 1, 0.9)
                }) {
            assertThat(apart(picture(changed), asNew)).as("%s", changed).isGreaterThan(40);
        }
    }

    private Visit visit(Condition condition) {
        return new Visit(machine, condition, 1, 293, 1, 0);
    }

    private Signal signal(Condition condition) {
        return new Accelerometer((SignalModality) SCHEMA.modality("vibration"))
                .measure(visit(condition), Seeds.random(1, 1));
    }

    private Image picture(Condition condition) {
        return new HallCamera((ImageModality) SCHEMA.modality("rgb"))
                .take(visit(condition), Seeds.random(1, 2));
    }

    /// Of one frequency, over whole turns.
    private static double amplitude(Signal signal, int axis, double hertz) {
        double turns = Math.floor(signal.getSteps() * hertz / signal.getHertz());
        int steps = (int) Math.round(turns * signal.getHertz() / hertz);
        double cosine = 0;
        double sine = 0;
        for (int step = 0; step < steps; step++) {
            double angle = 2 * Math.PI * hertz * step / signal.getHertz();
            cosine += 2.0 / steps * Math.cos(angle) * value(signal, axis, step);
            sine += 2.0 / steps * Math.sin(angle) * value(signal, axis, step);
        }
        return Math.hypot(cosine, sine);
    }

    /// Mean absolute step across the shaft, with what turns slowly left out by taking it twice.
    private static double steps(Signal signal) {
        double sum = 0;
        for (int step = 2; step < signal.getSteps(); step++) {
            sum +=
                    Math.abs(
                            value(signal, 0, step)
                                    - 2 * value(signal, 0, step - 1)
                                    + value(signal, 0, step - 2));
        }
        return sum / signal.getSteps();
    }

    private static double value(Signal signal, int axis, int step) {
        return signal.getValues(axis * signal.getSteps() + step);
    }

    private double kelvin(Condition condition, double across) {
        ImageModality modality = (ImageModality) SCHEMA.modality("thermal");
        Image image = new HeatCamera(modality).take(visit(condition), Seeds.random(1, 3));
        int row = (int) (Drawing.SHAFT * modality.height());
        int column = (int) (across * modality.width());
        int pixel = row * modality.width() + column;
        int low = image.getData().byteAt(2 * pixel) & 0xff;
        int high = image.getData().byteAt(2 * pixel + 1) & 0xff;
        return (low | high << 8) * modality.scale();
    }

    /// Greatest difference of any sample.
    private static double apart(Image first, Image second) {
        Preprocessing preprocessing = new Preprocessing(SCHEMA.select(Set.of("rgb")));
        float[] one = preprocessing.tensor("rgb", payload(first));
        float[] other = preprocessing.tensor("rgb", payload(second));
        double most = 0;
        for (int i = 0; i < one.length; i++) {
            most = Math.max(most, Math.abs(one[i] - other[i]));
        }
        return most * 0.25 * 255;
    }

    private static io.retort.contract.v1.Payload payload(Image image) {
        return io.retort.contract.v1.Payload.newBuilder().setImage(image).build();
    }
}

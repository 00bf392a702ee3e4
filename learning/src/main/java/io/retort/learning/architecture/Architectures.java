package io.retort.learning.architecture;

import io.retort.contract.schema.ImageModality;
import io.retort.contract.schema.ImageSummaryModality;
import io.retort.contract.schema.Modality;
import io.retort.contract.schema.Schema;
import io.retort.contract.schema.SignalModality;
import io.retort.contract.schema.SignalSummaryModality;
import io.retort.contract.schema.VectorModality;
import io.retort.contract.v1.Capture;
import io.retort.preprocessing.Summaries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The networks that are trained: one teacher, and a family of students by name.
public final class Architectures {

    /// The student that is trained where a job names none.
    public static final String DEFAULT_STUDENT = "retort-plain";

    private static final Map<String, Student> STUDENTS = new LinkedHashMap<>();

    static {
        for (Student student :
                List.of(
                        new PlainStudent(),
                        new SeparableStudent("retort-separable-x0.25", 0.25),
                        new SeparableStudent("retort-separable-x0.5", 0.5),
                        new SeparableStudent("retort-separable-x0.75", 0.75),
                        new SeparableStudent("retort-separable-x1", 1),
                        new SummaryStudent(),
                        new ArticleStudent())) {
            STUDENTS.put(student.name(), student);
        }
    }

    private Architectures() {}

    /// The article's teacher: colour images are encoded 512 wide, thermal (one-channel) images 256,
    /// vectors and signals 128; fused to 512 with dropout 0.3.
    public static Architecture teacher(Schema schema) {
        List<Encoder> encoders = new ArrayList<>();
        schema.modalities()
                .forEach((name, modality) ->
                        encoders.add(new Encoder(name, modality.shape(), teacherLayers(modality))));
        return new Architecture("retort-teacher", encoders, 512, 0.3, Architecture.heads(schema));
    }

    /// [#DEFAULT_STUDENT] for the schema.
    public static Architecture student(Schema schema) {
        return student(schema, DEFAULT_STUDENT);
    }

    /// The member of the family that has this name, for whatever modalities the schema has.
    ///
    /// @throws IllegalArgumentException where the name is none of [#names()]
    public static Architecture student(Schema schema, String name) {
        Student student = STUDENTS.get(requireStudent(name));
        return Objects.requireNonNull(student).over(schema);
    }

    /// Whether this member of the family sees statistics of images instead of their pixels.
    ///
    /// @throws IllegalArgumentException where the name is none of [#names()]
    public static boolean summarises(String name) {
        return Objects.requireNonNull(STUDENTS.get(requireStudent(name))).summarises();
    }

    /// The schema as this member of the family sees it: with statistics of images where it reads
    /// those, encoded between quantiles over captures to learn from.
    ///
    /// @throws IllegalArgumentException where the name is none of [#names()]
    /// @throws io.retort.contract.InvalidRecordException where a capture does not fit the schema
    public static Schema seenBy(String name, Schema schema, Iterable<Capture> training) {
        return summarises(name) ? Summaries.ofImages(schema, training) : schema;
    }

    /// Names of the student family: the plain network, four widths of the separable one, the one
    /// that sees statistics of images, and the article's.
    public static List<String> names() {
        return List.copyOf(STUDENTS.keySet());
    }

    /// The name, if it is one of [#names()].
    ///
    /// @throws IllegalArgumentException naming the field `student` and the whole family
    public static String requireStudent(String name) {
        if (!STUDENTS.containsKey(name)) {
            throw new IllegalArgumentException(
                    "student: '%s' is not one of %s".formatted(name, String.join(", ", names())));
        }
        return name;
    }

    private static List<Layer> teacherLayers(Modality modality) {
        return switch (modality) {
            case ImageModality image -> {
                int width = image.channels() == 3 ? 128 : 64;
                yield new Stack()
                        .image(image.channels(), width / 4, 3, 2)
                        .image(width / 4, width / 2, 3, 2)
                        .image(width / 2, width, 3, 2)
                        .separableImage(width, 4 * width, 1)
                        .pooled();
            }
            case SignalSummaryModality summary -> Stack.hidden(summary.shape().size(), 256);
            case ImageSummaryModality summary -> Stack.hidden(summary.shape().size(), 256);
            case VectorModality vector -> Stack.hidden(vector.shape().size(), 128);
            case SignalModality signal ->
                    new Stack()
                            .signal(signal.channels(), 64, 2)
                            .signal(64, 96, 2)
                            .signal(96, 128, 1)
                            .pooled();
        };
    }
}

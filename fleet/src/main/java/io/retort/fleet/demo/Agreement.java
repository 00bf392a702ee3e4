package io.retort.fleet.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// Whether two demos of the same captures found the same: counts are equal, and each accuracy lies
/// within the other's 95 % interval. Times, and whether int8 was fast enough to be released, are
/// the machine's and are not compared.
final class Agreement {

    private final List<String> differences = new ArrayList<>();
    private final Report one;
    private final Report other;

    private Agreement(Report one, Report other) {
        this.one = one;
        this.other = other;
    }

    /// What differs, each with both values; empty where they agree.
    static List<String> differences(Report one, Report other) {
        Agreement agreement = new Agreement(one, other);
        agreement.compare();
        return agreement.differences;
    }

    private void compare() {
        if (!one.data().equals(other.data()) || one.seed() != other.seed()) {
            differences.add(
                    "other captures: %s, seed %d, against %s, seed %d"
                            .formatted(one.data(), one.seed(), other.data(), other.seed()));
        }
        count("labels", Report::labels);
        count("held-out captures", Report::heldOut);
        count("captures sent", Report::capturesSent);
        count("soft targets", Report::softTargets);
        count("samples", Report::samples);
        count("lost", Report::lost);
        count("duplicated", Report::duplicated);
        count("parameters of the teacher", r -> r.teacher().params());
        count("MACs of the teacher", r -> r.teacher().macs());
        count("parameters of the student", r -> r.student().params());
        count("MACs of the student", r -> r.student().macs());
        count("answers over Kafka and REST", r -> r.gateway().kafkaRestCompared());
        count("answers that differ over Kafka", r -> r.gateway().kafkaRestMismatches());
        accuracy(
                "teacher",
                new Report.Accuracy(
                        one.teacher().accuracy(), one.teacher().low(), one.teacher().high()),
                new Report.Accuracy(
                        other.teacher().accuracy(), other.teacher().low(), other.teacher().high()));
        accuracy("twin", one.twin(), other.twin());
        accuracy("constant answer", one.constant(), other.constant());
        accuracy("student, fp32", fp32(one), fp32(other));
        accuracy("student, int8", int8(one), int8(other));
        // What the gateway answered is the student's accuracy, of the variant that it runs.
        accuracy("gateway", answered(one), answered(other));
    }

    private void count(String what, ToLongFunction<Report> of) {
        long a = of.applyAsLong(one);
        long b = of.applyAsLong(other);
        if (a != b) {
            differences.add("%s: %d against %d".formatted(what, a, b));
        }
    }

    private void accuracy(String what, Report.Accuracy a, Report.Accuracy b) {
        boolean agree = within(a.accuracy(), b) && within(b.accuracy(), a);
        if (!agree) {
            differences.add(
                    String.format(
                            Locale.ROOT,
                            "accuracy of %s: %.3f [%.3f, %.3f] against %.3f [%.3f, %.3f]",
                            what,
                            a.accuracy(),
                            a.low(),
                            a.high(),
                            b.accuracy(),
                            b.low(),
                            b.high()));
        }
    }

    /// False for NaN, which agrees with nothing.
    private static boolean within(double value, Report.Accuracy interval) {
        return interval.low() <= value && value <= interval.high();
    }

    private static Report.Accuracy fp32(Report report) {
        Report.Student student = report.student();
        return new Report.Accuracy(
                student.accuracyFp32(), student.accuracyFp32Low(), student.accuracyFp32High());
    }

    private static Report.Accuracy int8(Report report) {
        Report.Student student = report.student();
        return new Report.Accuracy(
                student.accuracyInt8(), student.accuracyInt8Low(), student.accuracyInt8High());
    }

    private static Report.Accuracy answered(Report report) {
        Report.Accuracy student =
                report.artifact().int8Refused() == null ? int8(report) : fp32(report);
        return new Report.Accuracy(report.gateway().accuracy(), student.low(), student.high());
    }
}

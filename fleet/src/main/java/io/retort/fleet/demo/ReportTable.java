package io.retort.fleet.demo;

import io.retort.fleet.terminal.Console;
import java.util.Locale;

/// A report for people.
final class ReportTable {

    private ReportTable() {}

    static void print(Report report, Console console) {
        console.line("");
        console.line(
                line(
                        "%-28s %8s  %-15s %10s %12s %10s",
                        "held-out captures: " + report.heldOut(),
                        "accuracy",
                        "95 % interval",
                        "parameters",
                        "MACs",
                        "bytes"));
        row(console, "constant answer", report.constant(), 0, 0, 0);
        row(console, "student, not distilled", report.twin(), 0, 0, 0);
        Report.Student student = report.student();
        row(
                console,
                "student, distilled (fp32)",
                new Report.Accuracy(
                        student.accuracyFp32(),
                        student.accuracyFp32Low(),
                        student.accuracyFp32High()),
                student.params(),
                student.macs(),
                report.artifact().bytesFp32());
        row(
                console,
                "student, distilled (int8)",
                new Report.Accuracy(
                        student.accuracyInt8(),
                        student.accuracyInt8Low(),
                        student.accuracyInt8High()),
                student.params(),
                student.macs(),
                report.artifact().bytesInt8());
        Report.Teacher teacher = report.teacher();
        row(
                console,
                "teacher, every sensor",
                new Report.Accuracy(teacher.accuracy(), teacher.low(), teacher.high()),
                teacher.params(),
                teacher.macs(),
                0);
        console.line("");
        console.line(
                line(
                        "captures %d sent, %d labelled for training; soft targets %d, samples %d;"
                                + " lost %d, duplicated %d",
                        report.capturesSent(),
                        report.labels(),
                        report.softTargets(),
                        report.samples(),
                        report.lost(),
                        report.duplicated()));
        Report.Gateway gateway = report.gateway();
        console.line(
                line(
                        "gateway  %d REST requests, p50 %.2f ms, p99 %.2f ms; answers that differ"
                                + " over Kafka: %d of %d",
                        gateway.requests(),
                        gateway.p50Ms(),
                        gateway.p99Ms(),
                        gateway.kafkaRestMismatches(),
                        gateway.kafkaRestCompared()));
        console.line(
                line(
                        "export   ONNX against DJL differs by at most %.1e; int8 file is %.0f %% of"
                                + " fp32",
                        report.parityMaxAbsDiff(),
                        100.0 * report.artifact().bytesInt8() / report.artifact().bytesFp32()));
        console.line(line("whole    %.0f s", report.seconds()));
    }

    private static void row(
            Console console,
            String name,
            Report.Accuracy accuracy,
            long parameters,
            long macs,
            long bytes) {
        console.line(
                line(
                        "%-28s %8.3f  [%.3f, %.3f]  %10s %12s %10s",
                        name,
                        accuracy.accuracy(),
                        accuracy.low(),
                        accuracy.high(),
                        number(parameters),
                        number(macs),
                        number(bytes)));
    }

    private static String number(long value) {
        return value == 0 ? "" : line("%,d", value);
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

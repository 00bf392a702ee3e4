package io.retort.distillation.sweep;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.retort.learning.architecture.WeightBytes;
import io.retort.learning.evaluation.Interval;

/// What became of one candidate.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Row.Measured.class, name = "measured"),
    @JsonSubTypes.Type(value = Row.Failed.class, name = "failed")
})
public sealed interface Row {

    Candidate candidate();

    /// A student that was trained and exported; its files are in the candidate's folder.
    ///
    /// @param metric `accuracy` (more is better) or `mean-absolute-error` (less is)
    /// @param score of the int8 file on held-out captures; where whole groups give a wider interval
    ///   than single captures do, it is theirs
    /// @param fp32Score of the fp32 file
    /// @param macs multiply-accumulates of one capture
    /// @param weightBytes estimate, without the graph
    /// @param fp32Bytes size of the file
    /// @param int8Bytes size of the file
    /// @param p50Micros median time of one call of the int8 file with one capture, on one thread,
    ///   tensors made for each call
    /// @param onMacsFront no other is at least as good with at most as many MACs, and better in one
    /// @param onLatencyFront no other is at least as good in at most the time, and better in one
    public record Measured(
            Candidate candidate,
            String metric,
            Interval score,
            Interval fp32Score,
            long parameters,
            long macs,
            WeightBytes weightBytes,
            long fp32Bytes,
            long int8Bytes,
            double p50Micros,
            boolean onMacsFront,
            boolean onLatencyFront)
            implements Row {

        /// Whether it is worth choosing, by one measure of cost at least.
        public boolean pareto() {
            return onMacsFront || onLatencyFront;
        }

        Measured timed(double micros) {
            return new Measured(
                    candidate,
                    metric,
                    score,
                    fp32Score,
                    parameters,
                    macs,
                    weightBytes,
                    fp32Bytes,
                    int8Bytes,
                    micros,
                    onMacsFront,
                    onLatencyFront);
        }

        Measured onFronts(boolean macsFront, boolean latencyFront) {
            return new Measured(
                    candidate,
                    metric,
                    score,
                    fp32Score,
                    parameters,
                    macs,
                    weightBytes,
                    fp32Bytes,
                    int8Bytes,
                    p50Micros,
                    macsFront,
                    latencyFront);
        }
    }

    /// A candidate that came to nothing; the others went on.
    ///
    /// @param problem one line
    public record Failed(Candidate candidate, String problem) implements Row {}
}

package io.retort.gateway.assessment;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/// Writes a probability with 8 decimals, which is more than a model's 32-bit answers mean. The
/// shortest digits that a double needs, 17 of them, cost a gateway as much as the decoding of a raw
/// picture, and twice the bytes.
final class ProbabilityJson extends ValueSerializer<Double> {

    private static final int DECIMALS = 8;
    private static final long ONE = 100_000_000;

    /// What its JSON says.
    static double rounded(double probability) {
        return Math.round(probability * ONE) / (double) ONE;
    }

    @Override
    public void serialize(Double probability, JsonGenerator json, SerializationContext context) {
        char[] digits = new char[2 + DECIMALS];
        json.writeNumber(digits, 0, write(probability, digits));
    }

    /// @param probability from 0 to 1
    /// @return how many characters it takes
    private static int write(double probability, char[] digits) {
        long parts = Math.round(probability * ONE);
        digits[0] = (char) ('0' + parts / ONE);
        digits[1] = '.';
        long left = parts % ONE;
        int length = 0;
        for (int at = 1 + DECIMALS; at > 1; at--) {
            long digit = left % 10;
            digits[at] = (char) ('0' + digit);
            if (digit != 0 && length == 0) {
                length = at + 1;
            }
            left /= 10;
        }
        return Math.max(length, 3);
    }
}

package io.retort.registry.artifacts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.retort.contract.Digests;
import io.retort.contract.InvalidRecordException;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.HexFormat;

/// A file's name and proof: its SHA-256 as 64 characters of lower-case hex.
@Schema(type = "string", pattern = "[0-9a-f]{64}")
public record Sha256(@JsonValue String hex) {

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Sha256 {
        if (!isHex(hex)) {
            throw new InvalidRecordException("sha256", "is not a SHA-256 in lower-case hex");
        }
    }

    public static Sha256 of(byte[] bytes) {
        return result(Digests.sha256().digest(bytes));
    }

    static boolean isHex(String text) {
        return text.matches("[0-9a-f]{64}");
    }

    static Sha256 result(byte[] digest) {
        return new Sha256(HexFormat.of().formatHex(digest));
    }

    @Override
    public String toString() {
        return hex;
    }
}

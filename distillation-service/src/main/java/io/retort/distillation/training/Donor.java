package io.retort.distillation.training;

import io.retort.contract.InvalidRecordException;
import io.retort.contract.schema.Schema;

/// Whose student's encoders another student starts from; as text, a job's id or `model@version`.
public sealed interface Donor {

    /// An earlier job of this service, whatever became of its publication.
    record OfJob(String id) implements Donor {

        @Override
        public String toString() {
            return id;
        }
    }

    /// The job that made a release, if it was one of this service.
    record OfRelease(String model, int version) implements Donor {

        @Override
        public String toString() {
            return model + "@" + version;
        }
    }

    /// @throws InvalidRecordException naming the field `warmStart`
    static Donor parse(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            Schema.requireName("warmStart", text);
            return new OfJob(text);
        }
        String model = text.substring(0, at);
        String version = text.substring(at + 1);
        Schema.requireName("warmStart", model);
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw new InvalidRecordException(
                    "warmStart", "'%s' is neither a job's id nor model@version".formatted(text));
        }
        return new OfRelease(model, Integer.parseInt(version));
    }
}

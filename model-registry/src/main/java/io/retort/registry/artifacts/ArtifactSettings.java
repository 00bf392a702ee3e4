package io.retort.registry.artifacts;

import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// @param store where the files lie
/// @param folder where a folder's files lie; one registry at a time writes to it
/// @param s3 where an S3 store's files lie; registries may share it
/// @param largest largest artifact that is accepted
/// @param scrubEvery pause between two passes that read every file to find damage
/// @param abandonedAfter age at which an upload that has not ended never will
@ConfigurationProperties("retort.artifacts")
record ArtifactSettings(
        @DefaultValue("folder") Kind store,
        Path folder,
        @DefaultValue S3 s3,
        @DefaultValue("1GB") DataSize largest,
        @DefaultValue("7d") Duration scrubEvery,
        @DefaultValue("1d") Duration abandonedAfter) {

    ArtifactSettings {
        if (largest.toBytes() < 1) {
            throw new IllegalArgumentException("retort.artifacts.largest must be above 0");
        }
        if (!scrubEvery.isPositive()) {
            throw new IllegalArgumentException("retort.artifacts.scrub-every must be above 0");
        }
        if (!abandonedAfter.isPositive()) {
            throw new IllegalArgumentException("retort.artifacts.abandoned-after must be above 0");
        }
        if (store == Kind.S3 && s3.bucket().isBlank()) {
            throw new IllegalArgumentException(
                    "retort.artifacts.s3.bucket is missing: name a bucket that exists");
        }
    }

    enum Kind {
        FOLDER,
        S3
    }

    /// @param endpoint URL of the server, absent for AWS
    /// @param prefix what every key starts with
    /// @param pathStyle whether the bucket is named in the path, which every server understands,
    ///   rather than in the host
    /// @param createBucket whether a bucket that is missing is made
    /// @param accessKey with the secret key; where both are absent, the AWS SDK looks for them in
    ///   the environment, in ~/.aws and in the machine's role
    record S3(
            @Nullable URI endpoint,
            @DefaultValue("us-east-1") String region,
            @DefaultValue("") String bucket,
            @DefaultValue("artifacts/") String prefix,
            @DefaultValue("true") boolean pathStyle,
            @DefaultValue("false") boolean createBucket,
            @DefaultValue("") String accessKey,
            @DefaultValue("") String secretKey) {

        S3 {
            if (endpoint != null && (endpoint.getScheme() == null || endpoint.getHost() == null)) {
                throw new IllegalArgumentException(
                        "retort.artifacts.s3.endpoint must be like https://host:port");
            }
            if (accessKey.isEmpty() != secretKey.isEmpty()) {
                throw new IllegalArgumentException(
                        "retort.artifacts.s3.access-key and .secret-key belong together");
            }
            if (prefix.startsWith("/")) {
                throw new IllegalArgumentException(
                        "retort.artifacts.s3.prefix must not start with a slash");
            }
        }

        /// Where it is, without keys.
        @Override
        public String toString() {
            return "bucket '" + bucket + "' at " + (endpoint == null ? "AWS " + region : endpoint);
        }
    }

    void refuseLarger(long bytes) {
        if (bytes > largest.toBytes()) {
            throw new RefusedException(
                    Problem.TOO_LARGE,
                    "The largest artifact allowed has " + largest.toBytes() + " bytes.");
        }
    }
}

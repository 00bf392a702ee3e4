package io.retort.registry.artifacts;

import io.retort.contract.Digests;
import io.retort.registry.problems.Problem;
import io.retort.registry.problems.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.Resource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Artifacts in a bucket of any S3 server: `<prefix>ab/cd/abcd...`, so that a folder's files can be
/// copied as they are. An upload that fits into one part is compared with its digest and then sent;
/// of a larger one the parts are sent as they come, and become an object when the digest is right.
///
/// Registries may share a bucket: an object that is there and whole is never written again, and the
/// first of two that write the same one wins.
final class ArtifactObjects implements ArtifactStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ArtifactObjects.class);

    /// Bytes of a part; servers want 5 MiB at least, and take 10,000 parts. Held in memory.
    static final int PART = 8 * 1024 * 1024;

    /// Uploads that may hold a part in memory at a time.
    private static final int UPLOADS = 8;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int BUFFER = 64 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /// Longest that [#check] asks.
    private static final Duration CHECK = Duration.ofSeconds(3);

    private static final String AGAIN = "try again";
    private static final String NOTHING_KEPT = "nothing was kept, send it again";

    private final S3Client s3;
    private final ArtifactSettings settings;
    private final String bucket;
    private final Clock clock;
    private final Semaphore uploads = new Semaphore(UPLOADS);

    /// When this registry first saw an unfinished upload, by the upload's id: some servers say of
    /// each that it began just now.
    private final Map<String, Instant> seen = new HashMap<>();

    private final ReentrantLock sweeping = new ReentrantLock();

    private ArtifactObjects(S3Client s3, ArtifactSettings settings, Clock clock) {
        this.s3 = s3;
        this.settings = settings;
        this.bucket = settings.s3().bucket();
        this.clock = clock;
    }

    /// Fails where the settings are wrong. A server that is away may come back.
    static ArtifactObjects open(ArtifactSettings settings, Clock clock) {
        ArtifactObjects objects = new ArtifactObjects(client(settings.s3()), settings, clock);
        try {
            objects.ask();
            objects.sweep();
            log.info("Artifacts are in {}", settings.s3());
        } catch (SdkException e) {
            Trouble trouble = Trouble.of(e);
            if (trouble.remedy() != null) {
                objects.close();
                throw new UnusableStoreException(
                        "The artifact store, %s, %s.".formatted(settings.s3(), trouble.reason()),
                        trouble.remedy(),
                        e);
            }
            log.warn(
                    "Started without the artifact store, {}: it {}",
                    settings.s3(),
                    trouble.reason());
        } catch (RefusedException e) {
            log.warn("Started without the artifact store, {}: {}", settings.s3(), e.getMessage());
        }
        return objects;
    }

    private static S3Client client(ArtifactSettings.S3 settings) {
        AwsCredentialsProvider credentials =
                settings.accessKey().isEmpty()
                        ? DefaultCredentialsProvider.builder().build()
                        : StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(
                                        settings.accessKey(), settings.secretKey()));
        S3ClientBuilder client =
                S3Client.builder()
                        .region(Region.of(settings.region()))
                        .forcePathStyle(settings.pathStyle())
                        .credentialsProvider(credentials)
                        // Bytes are compared with their SHA-256 here, and older servers refuse
                        // checksums.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(CONNECT)
                                        .socketTimeout(SILENCE));
        if (settings.endpoint() != null) {
            client.endpointOverride(settings.endpoint());
        }
        return client.build();
    }

    @Override
    public long receive(Sha256 digest, InputStream body) {
        acquire();
        try {
            return receive(digest, new Incoming(digest, body, settings));
        } finally {
            uploads.release();
        }
    }

    private long receive(Sha256 digest, Incoming incoming) {
        Optional<Long> present = size(digest);
        if (present.isPresent() && isIntact(digest, present.get())) {
            byte[] buffer = new byte[BUFFER];
            while (incoming.read(buffer, 0) >= 0) {}
            return incoming.verified();
        }
        // What is there is damaged, and has to go.
        boolean replace = present.isPresent();
        Part part = new Part();
        if (part.fill(incoming)) {
            long bytes = incoming.verified();
            place(
                    digest,
                    replace,
                    condition ->
                            s3.putObject(
                                    request ->
                                            request.bucket(bucket)
                                                    .key(key(digest))
                                                    .ifNoneMatch(condition),
                                    part.body()));
            return bytes;
        }
        return receiveParts(digest, incoming, part, replace);
    }

    private long receiveParts(Sha256 digest, Incoming incoming, Part part, boolean replace) {
        String key = key(digest);
        String upload =
                kept(() -> s3.createMultipartUpload(request -> request.bucket(bucket).key(key)))
                        .uploadId();
        try {
            List<CompletedPart> parts = new ArrayList<>();
            boolean last = false;
            while (part.length > 0) {
                parts.add(send(key, upload, parts.size() + 1, part));
                if (last) {
                    break;
                }
                last = part.fill(incoming);
            }
            long bytes = incoming.verified();
            boolean placed =
                    place(
                            digest,
                            replace,
                            condition ->
                                    s3.completeMultipartUpload(request ->
                                            request.bucket(bucket)
                                                    .key(key)
                                                    .uploadId(upload)
                                                    .ifNoneMatch(condition)
                                                    .multipartUpload(done -> done.parts(parts))));
            if (!placed) {
                abort(key, upload);
            }
            return bytes;
        } catch (RuntimeException e) {
            abort(key, upload);
            throw e;
        }
    }

    private CompletedPart send(String key, String upload, int number, Part part) {
        String etag =
                kept(() ->
                                s3.uploadPart(
                                        request ->
                                                request.bucket(bucket)
                                                        .key(key)
                                                        .uploadId(upload)
                                                        .partNumber(number),
                                        part.body()))
                        .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    /// Makes an object visible.
    ///
    /// @param write takes what it is written under, `*` for only where there is none
    /// @return false where it is visible without this: another upload of the same bytes was faster,
    ///   or the answer to this one was lost
    private boolean place(Sha256 digest, boolean replace, Consumer<@Nullable String> write) {
        try {
            write.accept(replace ? null : "*");
            return true;
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                case 409, 412 -> {
                    if (size(digest).isEmpty()) {
                        throw refusal(e, NOTHING_KEPT);
                    }
                    yield false;
                }
                // A server that knows no conditions.
                case 501 ->
                        kept(() -> {
                            write.accept(null);
                            return true;
                        });
                default -> throw refusal(e, NOTHING_KEPT);
            };
        } catch (SdkException e) {
            // The answer alone may have been lost: an object is there whole, or not at all.
            if (!replace && isThere(digest)) {
                return false;
            }
            throw refusal(e, NOTHING_KEPT);
        }
    }

    private boolean isThere(Sha256 digest) {
        try {
            return size(digest).isPresent();
        } catch (RefusedException _) {
            return false;
        }
    }

    /// What cannot be ended now, a sweep will find.
    private void abort(String key, String upload) {
        try {
            s3.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(upload));
        } catch (SdkException e) {
            log.warn("An unfinished upload of {} waits to be swept ({})", key, e.toString());
        }
    }

    private void acquire() {
        try {
            if (uploads.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RefusedException(
                Problem.UNAVAILABLE,
                "As many uploads are under way as the registry takes; " + NOTHING_KEPT + ".");
    }

    @Override
    public boolean hasSize(Sha256 digest, long bytes) {
        return size(digest).filter(size -> size == bytes).isPresent();
    }

    /// Empty where there is none.
    private Optional<Long> size(Sha256 digest) {
        try {
            return Optional.of(
                    s3.headObject(request -> request.bucket(bucket).key(key(digest)))
                            .contentLength());
        } catch (S3Exception e) {
            // An answer to HEAD has no body that tells a missing key from a missing bucket.
            if (e.statusCode() == 404) {
                check();
                return Optional.empty();
            }
            throw refusal(e, AGAIN);
        } catch (SdkException e) {
            throw refusal(e, AGAIN);
        }
    }

    @Override
    public boolean isIntact(Sha256 digest, long bytes) {
        if (!hasSize(digest, bytes)) {
            return false;
        }
        MessageDigest hash = Digests.sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = new Download(digest, bytes)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hash.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw broken(e);
        }
        return Sha256.result(hash.digest()).equals(digest);
    }

    @Override
    public Resource content(Sha256 digest, long bytes) {
        return new AbstractResource() {
            @Override
            public String getDescription() {
                return "artifact " + digest;
            }

            @Override
            public boolean exists() {
                return true;
            }

            @Override
            public long contentLength() {
                return bytes;
            }

            @Override
            public InputStream getInputStream() {
                return new Download(digest, bytes);
            }
        };
    }

    @Override
    public void forEach(Consumer<Sha256> digest) {
        asked(() -> {
            for (S3Object object :
                    s3.listObjectsV2Paginator(request ->
                                    request.bucket(bucket).prefix(settings.s3().prefix()))
                            .contents()) {
                String name = object.key().substring(object.key().lastIndexOf('/') + 1);
                if (Sha256.isHex(name)) {
                    digest.accept(new Sha256(name));
                }
            }
            return bucket;
        });
    }

    /// An upload's age counts from when it began or, where a server does not know, from when this
    /// registry first saw it.
    @Override
    public void sweep() {
        sweeping.lock();
        try {
            Instant now = clock.instant();
            List<MultipartUpload> unfinished =
                    asked(() ->
                            s3
                                    .listMultipartUploadsPaginator(request ->
                                            request.bucket(bucket).prefix(settings.s3().prefix()))
                                    .uploads()
                                    .stream()
                                    .toList());
            seen.keySet().retainAll(unfinished.stream().map(MultipartUpload::uploadId).toList());
            for (MultipartUpload upload : unfinished) {
                Instant first = seen.computeIfAbsent(upload.uploadId(), _ -> now);
                Instant began = upload.initiated();
                Instant since = began != null && began.isBefore(first) ? began : first;
                if (since.isBefore(now.minus(settings.abandonedAfter()))) {
                    asked(() ->
                            s3.abortMultipartUpload(request ->
                                    request.bucket(bucket)
                                            .key(upload.key())
                                            .uploadId(upload.uploadId())));
                    seen.remove(upload.uploadId());
                    log.info("Ended an upload of {} that was abandoned", upload.key());
                }
            }
        } finally {
            sweeping.unlock();
        }
    }

    @Override
    public void check() {
        try {
            ask();
        } catch (SdkException e) {
            throw refusal(e, AGAIN);
        }
    }

    /// The cheapest question whose refusal says why.
    private void ask() {
        try {
            s3.listObjectsV2(request ->
                    request.bucket(bucket)
                            .prefix(settings.s3().prefix())
                            .maxKeys(1)
                            .overrideConfiguration(limits -> limits.apiCallTimeout(CHECK)));
        } catch (S3Exception e) {
            if (!settings.s3().createBucket() || !"NoSuchBucket".equals(Trouble.code(e))) {
                throw e;
            }
            s3.createBucket(request -> request.bucket(bucket));
            log.info("Made the bucket '{}'", bucket);
        }
    }

    @Override
    public void close() {
        s3.close();
    }

    private String key(Sha256 digest) {
        String hex = digest.hex();
        return settings.s3().prefix() + hex.substring(0, 2) + '/' + hex.substring(2, 4) + '/' + hex;
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (SdkException e) {
            throw refusal(e, AGAIN);
        }
    }

    private static <T> T kept(Supplier<T> upload) {
        try {
            return upload.get();
        } catch (SdkException e) {
            throw refusal(e, NOTHING_KEPT);
        }
    }

    private static RefusedException refusal(SdkException e, String then) {
        Trouble trouble = Trouble.of(e);
        return new RefusedException(
                trouble.full() ? Problem.STORAGE_FULL : Problem.UNAVAILABLE,
                "The artifact store %s; %s.".formatted(trouble.reason(), then),
                Map.of(),
                e);
    }

    private static RefusedException broken(IOException e) {
        return new RefusedException(
                Problem.UNAVAILABLE, "The artifact store broke off; " + AGAIN + ".", Map.of(), e);
    }

    /// What a server's refusal means, without what it may tell of keys and addresses.
    ///
    /// @param reason goes on after "the artifact store"
    /// @param remedy what to do about it, absent where it may pass by itself
    private record Trouble(String reason, @Nullable String remedy, boolean full) {

        static Trouble of(SdkException e) {
            return switch (e) {
                case S3Exception answer -> of(answer);
                case SdkClientException _ when unsigned(e) ->
                        new Trouble(
                                "cannot be asked without keys",
                                "Set retort.artifacts.s3.access-key and .secret-key, or give the AWS"
                                        + " SDK keys in one of its own ways.",
                                false);
                case SdkException _ ->
                        new Trouble(
                                "does not answer (" + root(e).getClass().getSimpleName() + ")",
                                null,
                                false);
            };
        }

        private static Trouble of(S3Exception e) {
            String code = code(e);
            int status = e.statusCode();
            if (status == 507 || code.contains("StorageFull") || code.contains("QuotaExceeded")) {
                return new Trouble("is full", null, true);
            }
            if (code.equals("NoSuchBucket")) {
                return new Trouble(
                        "has no such bucket",
                        "Make the bucket that retort.artifacts.s3.bucket names, or set"
                                + " retort.artifacts.s3.create-bucket.",
                        false);
            }
            if (status == 401 || status == 403) {
                return new Trouble(
                        "refuses the registry's keys (%s)".formatted(code),
                        "Compare retort.artifacts.s3.access-key and .secret-key with those of the"
                                + " server, the clocks, and what the keys are allowed to do: list"
                                + " the bucket, read, write, and abort uploads.",
                        false);
            }
            String reason = "answers %d (%s)".formatted(status, code);
            return status >= 300 && status < 500 && status != 408 && status != 429
                    ? new Trouble(
                            reason,
                            "Compare retort.artifacts.s3.endpoint, .region and .path-style with what"
                                    + " the server expects.",
                            false)
                    : new Trouble(reason, null, false);
        }

        static String code(S3Exception e) {
            return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
                    ? "no code"
                    : e.awsErrorDetails().errorCode();
        }

        private static boolean unsigned(SdkException e) {
            return String.valueOf(e.getMessage()).contains("Unable to load credentials");
        }

        private static Throwable root(Throwable e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return root;
        }
    }

    /// Up to [#PART] bytes of an upload; grows as it has to.
    private static final class Part {

        private byte[] bytes = new byte[BUFFER];
        private int length;

        /// @return whether the body has ended, rather than the part being full
        boolean fill(Incoming incoming) {
            length = 0;
            while (true) {
                if (length == bytes.length) {
                    if (length == PART) {
                        return false;
                    }
                    bytes = Arrays.copyOf(bytes, length * 2);
                }
                int read = incoming.read(bytes, length);
                if (read < 0) {
                    return true;
                }
                length += read;
            }
        }

        /// May be read more than once, while the part is not filled again.
        RequestBody body() {
            int bytesNow = length;
            return RequestBody.fromContentProvider(
                    () -> new ByteArrayInputStream(bytes, 0, bytesNow),
                    bytesNow,
                    "application/octet-stream");
        }
    }

    /// An object's bytes, asked for when the first is read, so that those which are skipped before
    /// never travel.
    private final class Download extends InputStream {

        private final Sha256 digest;
        private final long size;
        private long position;
        private @Nullable ResponseInputStream<GetObjectResponse> in;

        Download(Sha256 digest, long size) {
            this.digest = digest;
            this.size = size;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (position >= size || length == 0) {
                return length == 0 ? 0 : -1;
            }
            try {
                if (in == null) {
                    in = open();
                }
                int read = in.read(buffer, offset, length);
                if (read > 0) {
                    position += read;
                }
                return read;
            } catch (SdkException e) {
                throw refusal(e, AGAIN);
            } catch (IOException e) {
                throw broken(e);
            }
        }

        @Override
        public long skip(long bytes) throws IOException {
            if (in != null) {
                return super.skip(bytes);
            }
            long skipped = Math.clamp(bytes, 0, size - position);
            position += skipped;
            return skipped;
        }

        /// Does not read what nobody wants.
        @Override
        public void close() throws IOException {
            if (in == null) {
                return;
            }
            if (position < size) {
                in.abort();
            } else {
                in.close();
            }
        }

        private ResponseInputStream<GetObjectResponse> open() {
            String range = position == 0 ? null : "bytes=" + position + "-";
            return s3.getObject(request -> request.bucket(bucket).key(key(digest)).range(range));
        }
    }
}

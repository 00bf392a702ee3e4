package io.retort.gateway.oip;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.retort.access.Access;
import io.retort.access.Presented;
import io.retort.access.Verdict;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Holds calls to the rows of their names, before their messages are read.
final class GrpcAccess implements ServerInterceptor {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Access access;

    GrpcAccess(Access access) {
        this.access = access;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Presented presented = new Presented(headers.get(AUTHORIZATION), certificate(call));
        String path = "/" + call.getMethodDescriptor().getFullMethodName();
        return switch (access.verdict("POST", path, presented)) {
            case Verdict.Admitted _ -> next.startCall(call, headers);
            case Verdict.Unknown unknown ->
                    refused(call, Status.UNAUTHENTICATED.withDescription(unknown.reason()));
            case Verdict.Forbidden forbidden ->
                    refused(call, Status.PERMISSION_DENIED.withDescription(forbidden.reason()));
            case Verdict.Unnamed unnamed ->
                    refused(call, Status.UNIMPLEMENTED.withDescription(unnamed.reason()));
        };
    }

    private static <Q, A> ServerCall.Listener<Q> refused(ServerCall<Q, A> call, Status status) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private static @Nullable X509Certificate certificate(ServerCall<?, ?> call) {
        @Nullable SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return null;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? certificate
                    : null;
        } catch (SSLPeerUnverifiedException _) {
            return null;
        }
    }
}

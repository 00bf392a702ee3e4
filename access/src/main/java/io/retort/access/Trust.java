package io.retort.access;

import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/// Whom this service believes when it calls others over TLS, and the certificate that it shows them
/// where its bundle has one. Without a bundle: the virtual machine's own trust.
public final class Trust {

    private volatile @Nullable Outgoing outgoing;

    /// One of each, since connections are kept by it.
    private record Outgoing(SSLContext context, SSLSocketFactory sockets) {

        static Outgoing of(SslBundle bundle) {
            SSLContext context = bundle.createSslContext();
            return new Outgoing(context, context.getSocketFactory());
        }
    }

    private Trust(@Nullable Outgoing outgoing) {
        this.outgoing = outgoing;
    }

    public static Trust usual() {
        return new Trust(null);
    }

    static Trust of(SslBundles bundles, String name) {
        Trust trust = new Trust(Outgoing.of(bundles.getBundle(name)));
        Consumer<SslBundle> changed = bundle -> trust.outgoing = Outgoing.of(bundle);
        bundles.addBundleUpdateHandler(name, changed);
        return trust;
    }

    /// Another object after the bundle's files have changed.
    public @Nullable SSLContext context() {
        Outgoing now = outgoing;
        return now == null ? null : now.context();
    }

    public @Nullable SSLSocketFactory sockets() {
        Outgoing now = outgoing;
        return now == null ? null : now.sockets();
    }
}

package io.retort.gateway.oip;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/// TLS of gRPC as of HTTP: by the same bundle, with certificates of callers where HTTP needs them,
/// and new ones without a restart.
final class GrpcTls {

    private static final Logger LOG = LoggerFactory.getLogger(GrpcTls.class);

    private GrpcTls() {}

    static ServerCredentials credentials(Environment environment, SslBundles bundles) {
        String name = environment.getProperty("server.ssl.bundle");
        if (name == null) {
            return InsecureServerCredentials.create();
        }
        AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
        TlsServerCredentials.Builder credentials =
                TlsServerCredentials.newBuilder().keyManager(keys);
        AdvancedTlsX509TrustManager trust = null;
        try {
            if ("need".equalsIgnoreCase(environment.getProperty("server.ssl.client-auth"))) {
                trust = AdvancedTlsX509TrustManager.newBuilder().build();
                credentials.trustManager(trust).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
            }
            use(bundles.getBundle(name), keys, trust);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the SSL bundle " + name + " is of no use to gRPC", e);
        }
        AdvancedTlsX509TrustManager trusting = trust;
        bundles.addBundleUpdateHandler(
                name,
                bundle -> {
                    try {
                        use(bundle, keys, trusting);
                    } catch (GeneralSecurityException | IOException e) {
                        LOG.error("gRPC goes on with its old certificate", e);
                    }
                });
        return credentials.build();
    }

    private static void use(
            SslBundle bundle,
            AdvancedTlsX509KeyManager keys,
            @Nullable AdvancedTlsX509TrustManager trust)
            throws GeneralSecurityException, IOException {
        KeyStore own = bundle.getStores().getKeyStore();
        if (own == null) {
            throw new GeneralSecurityException("it has no key");
        }
        String password = bundle.getKey().getPassword();
        if (password == null) {
            password = bundle.getStores().getKeyStorePassword();
        }
        for (String alias : Collections.list(own.aliases())) {
            if (own.getKey(alias, password == null ? null : password.toCharArray())
                    instanceof PrivateKey key) {
                keys.updateIdentityCredentials(x509(own.getCertificateChain(alias)), key);
            }
        }
        if (trust == null) {
            return;
        }
        KeyStore trusted = bundle.getStores().getTrustStore();
        if (trusted == null) {
            throw new GeneralSecurityException("it trusts nobody");
        }
        Certificate[] authorities = new Certificate[trusted.size()];
        int count = 0;
        for (String alias : Collections.list(trusted.aliases())) {
            authorities[count++] = trusted.getCertificate(alias);
        }
        trust.updateTrustCredentials(x509(authorities));
    }

    private static X509Certificate[] x509(Certificate[] certificates) {
        return Arrays.copyOf(certificates, certificates.length, X509Certificate[].class);
    }
}

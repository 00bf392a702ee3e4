package io.retort.access;

import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/// Knows callers by the common name in the certificate of their connection, which TLS has verified
/// by the bundle's trust.
final class CertificateCallers implements Callers {

    private final Tokens tokens;

    CertificateCallers(Tokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public @Nullable Caller caller(Presented presented) {
        X509Certificate certificate = presented.certificate();
        String name = certificate == null ? null : commonName(certificate);
        return name == null ? null : tokens.byCommonName(name);
    }

    /// The most specific, should there be several.
    private static @Nullable String commonName(X509Certificate certificate) {
        try {
            LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
            for (Rdn part : subject.getRdns().reversed()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return String.valueOf(part.getValue());
                }
            }
            return null;
        } catch (InvalidNameException _) {
            return null;
        }
    }
}

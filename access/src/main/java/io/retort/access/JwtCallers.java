package io.retort.access;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.converter.RsaKeyConverters;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderInitializationException;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.SupplierJwtDecoder;

/// Knows callers by a JSON Web Token: signature, times, issuer and audience are checked, and a
/// claim says the roles.
final class JwtCallers implements Callers {

    private static final Logger LOG = LoggerFactory.getLogger(JwtCallers.class);

    private final JwtDecoder decoder;
    private final String rolesClaim;

    JwtCallers(JwtSettings settings) {
        this.decoder = decoder(settings);
        this.rolesClaim = settings.rolesClaim();
    }

    private static JwtDecoder decoder(JwtSettings settings) {
        OAuth2TokenValidator<Jwt> validator = validator(settings);
        if (settings.publicKey() != null) {
            NimbusJwtDecoder decoder =
                    NimbusJwtDecoder.withPublicKey(key(settings.publicKey())).build();
            decoder.setJwtValidator(validator);
            return decoder;
        }
        if (settings.jwkSetUri() != null) {
            NimbusJwtDecoder decoder = NimbusJwtDecoder.withJwkSetUri(settings.jwkSetUri()).build();
            decoder.setJwtValidator(validator);
            return decoder;
        }
        String issuer = Objects.requireNonNull(settings.issuer());
        // Asked at the first request: an issuer that is away keeps no service from starting.
        return new SupplierJwtDecoder(() -> {
            NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(issuer).build();
            decoder.setJwtValidator(validator);
            return decoder;
        });
    }

    private static OAuth2TokenValidator<Jwt> validator(JwtSettings settings) {
        List<OAuth2TokenValidator<Jwt>> further = new ArrayList<>();
        // Without it a token that never expires would be good for ever.
        further.add(new JwtClaimValidator<>(JwtClaimNames.EXP, expires -> expires != null));
        if (settings.audience() != null) {
            further.add(
                    new JwtClaimValidator<Collection<String>>(
                            JwtClaimNames.AUD,
                            audiences ->
                                    audiences != null && audiences.contains(settings.audience())));
        }
        String expected = settings.issuer();
        if (expected != null) {
            further.add(
                    new JwtClaimValidator<>(
                            JwtClaimNames.ISS, issuer -> expected.equals(String.valueOf(issuer))));
        }
        return JwtValidators.createDefaultWithValidators(further);
    }

    private static RSAPublicKey key(Path pem) {
        try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(pem))) {
            return RsaKeyConverters.x509().convert(in);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "retort.access.jwt.public-key: %s holds no RSA key in PEM".formatted(pem), e);
        }
    }

    @Override
    public @Nullable Caller caller(Presented presented) {
        String token = presented.bearer();
        if (token == null) {
            return null;
        }
        try {
            Jwt jwt = decoder.decode(token);
            String subject = jwt.getSubject();
            return new Caller(subject == null ? "somebody" : subject, roles(jwt.getClaims()));
        } catch (BadJwtException _) {
            return null;
        } catch (JwtException | JwtDecoderInitializationException e) {
            LOG.warn("No token can be checked, so all are refused: {}", e.toString());
            return null;
        }
    }

    /// Of a list, or of words with blanks between. What is no role of ours is another system's.
    private Set<Role> roles(Map<String, Object> claims) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names(find(claims, rolesClaim))) {
            for (Role role : Role.values()) {
                if (role.text().equals(name)) {
                    roles.add(role);
                }
            }
        }
        return roles;
    }

    private static Collection<String> names(@Nullable Object claim) {
        return switch (claim) {
            case String words -> Arrays.asList(words.split(" ", -1));
            case Collection<?> list -> list.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }

    /// A claim by its whole name, or within others by a path with dots.
    private static @Nullable Object find(Map<?, ?> claims, String name) {
        Object whole = claims.get(name);
        int dot = name.indexOf('.');
        return whole == null
                        && dot > 0
                        && claims.get(name.substring(0, dot)) instanceof Map<?, ?> within
                ? find(within, name.substring(dot + 1))
                : whole;
    }
}

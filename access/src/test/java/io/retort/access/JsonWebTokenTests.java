package io.retort.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JsonWebTokenTests {

    private static final String ISSUER = "https://plant.example/realm";
    private static final String AUDIENCE = "retort";

    private KeyPair keys;
    private KeyPair strange;
    private Path pem;

    @BeforeAll
    void make(@TempDir Path folder) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        strange = generator.generateKeyPair();
        pem =
                Files.writeString(
                        folder.resolve("key.pem"),
                        Certificates.pem("PUBLIC KEY", keys.getPublic().getEncoded()));
    }

    @Test
    void aTokenSaysWhoComesAndWhatOneMayDo() throws Exception {
        Callers callers = callers("roles");
        assertThat(caller(callers, signed(claims().claim("roles", List.of("reader", "boss")))))
                .isEqualTo(new Caller("belt-1", Set.of(Role.READER)));
        assertThat(caller(callers, signed(claims().claim("roles", "station operator"))))
                .isEqualTo(new Caller("belt-1", Set.of(Role.STATION, Role.OPERATOR)));
        assertThat(caller(callers, signed(claims()))).isEqualTo(new Caller("belt-1", Set.of()));
    }

    @Test
    void rolesMayStandWithinAnotherClaim() throws Exception {
        String token =
                signed(
                        claims().claim("realm_access", Map.of("roles", List.of("publisher")))
                                .claim("https://plant.example/roles", List.of("admin")));
        assertThat(caller(callers("realm_access.roles"), token))
                .isEqualTo(new Caller("belt-1", Set.of(Role.PUBLISHER)));
        assertThat(caller(callers("https://plant.example/roles"), token))
                .isEqualTo(new Caller("belt-1", Set.of(Role.ADMIN)));
        assertThat(caller(callers("realm_access.none"), token))
                .isEqualTo(new Caller("belt-1", Set.of()));
    }

    @Test
    void whatIsNotSignedForThisPlantIsNobodys() throws Exception {
        Callers callers = callers("roles");
        JWTClaimsSet.Builder reader = claims().claim("roles", "reader");
        Date past = Date.from(Instant.now().minusSeconds(600));
        Map<String, String> wrong =
                Map.of(
                        "expired", signed(claims().expirationTime(past)),
                        "never expires", signed(claims().expirationTime(null)),
                        "not yet",
                                signed(
                                        claims().notBeforeTime(
                                                        Date.from(Instant.now().plusSeconds(600)))),
                        "another issuer", signed(claims().issuer("https://evil.example")),
                        "another audience", signed(claims().audience("billing")),
                        "no audience", signed(claims().audience((String) null)),
                        "another key",
                                signed(
                                        reader,
                                        JWSAlgorithm.RS256,
                                        new RSASSASigner(strange.getPrivate())),
                        "the public key as a secret",
                                signed(
                                        reader,
                                        JWSAlgorithm.HS256,
                                        new MACSigner(Files.readAllBytes(pem))),
                        "unsigned", new PlainJWT(reader.build()).serialize(),
                        "no token", "retort_abc");
        wrong.forEach((why, token) -> assertThat(caller(callers, token)).as(why).isNull());
        String good = signed(reader);
        assertThat(caller(callers, good)).isNotNull();
        assertThat(caller(callers, good.substring(0, good.length() - 8) + "AAAAAAAA")).isNull();
        assertThat(callers.caller(new Presented("Basic " + good, null))).isNull();
    }

    @Test
    void keysComeFromTheIssuerOrASetOfThem() throws Exception {
        HttpServer issuer =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String url = "http://localhost:" + issuer.getAddress().getPort();
        serve(
                issuer,
                "/keys",
                new JWKSet(new RSAKey.Builder((RSAPublicKey) keys.getPublic()).keyID("1").build())
                        .toString());
        serve(
                issuer,
                "/.well-known/openid-configuration",
                "{\"issuer\": \"%s\", \"jwks_uri\": \"%s/keys\"}".formatted(url, url));
        issuer.start();
        try {
            String token = signed(claims().issuer(url).claim("roles", "reader"));
            JwtSettings byIssuer = new JwtSettings(url, null, null, AUDIENCE, "roles");
            JwtSettings bySet = new JwtSettings(null, url + "/keys", null, AUDIENCE, "roles");
            for (JwtSettings settings : List.of(byIssuer, bySet)) {
                assertThat(caller(new JwtCallers(settings), token))
                        .isEqualTo(new Caller("belt-1", Set.of(Role.READER)));
                assertThat(
                                caller(
                                        new JwtCallers(settings),
                                        signed(
                                                claims().issuer(url),
                                                JWSAlgorithm.RS256,
                                                new RSASSASigner(strange.getPrivate()))))
                        .isNull();
            }
            assertThat(caller(new JwtCallers(byIssuer), signed(claims()))).as("issuer").isNull();
        } finally {
            issuer.stop(0);
        }
        assertThat(
                        caller(
                                new JwtCallers(new JwtSettings(url, null, null, null, "roles")),
                                signed(claims().issuer(url))))
                .as("while the issuer is away")
                .isNull();
    }

    @Test
    void theModeGuardsAnApplicationAndLoadsNoFilterChain() throws Exception {
        try (ConfigurableApplicationContext application =
                new SpringApplicationBuilder(GuardedApplicationTests.Application.class)
                        .run(
                                "--server.port=0",
                                "--retort.access.mode=jwt",
                                "--retort.access.jwt.public-key=" + pem)) {
            Access access = application.getBean(Access.class);
            assertThat(
                            access.verdict(
                                    "GET",
                                    "/items/1",
                                    bearer(signed(claims().claim("roles", "reader")))))
                    .isInstanceOf(Verdict.Admitted.class);
            assertThat(access.verdict("GET", "/items/1", bearer(signed(claims()))))
                    .isEqualTo(new Verdict.Forbidden("belt-1 has no role; this needs reader"));
            assertThat(application.containsBean("springSecurityFilterChain")).isFalse();
        }
        assertThatThrownBy(() ->
                        new SpringApplicationBuilder(GuardedApplicationTests.Application.class)
                                .run("--server.port=0", "--retort.access.mode=jwt"))
                .rootCause()
                .hasMessageContaining("retort.access.jwt.issuer");
    }

    private static void serve(HttpServer server, String path, String json) {
        server.createContext(
                path,
                exchange -> {
                    byte[] body = json.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    private Callers callers(String rolesClaim) {
        return new JwtCallers(new JwtSettings(ISSUER, null, pem, AUDIENCE, rolesClaim));
    }

    private static @Nullable Caller caller(Callers callers, String token) {
        return callers.caller(bearer(token));
    }

    private static Presented bearer(String token) {
        return new Presented("Bearer " + token, null);
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .subject("belt-1")
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)));
    }

    private String signed(JWTClaimsSet.Builder claims) throws JOSEException {
        return signed(claims, JWSAlgorithm.RS256, new RSASSASigner(keys.getPrivate()));
    }

    private static String signed(
            JWTClaimsSet.Builder claims, JWSAlgorithm algorithm, JWSSigner signer)
            throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(algorithm), claims.build());
        token.sign(signer);
        return token.serialize();
    }
}

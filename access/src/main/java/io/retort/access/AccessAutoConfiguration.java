package io.retort.access;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Guards a service by the [AccessTable] that it brings along; without one it does not start.
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties({AccessSettings.class, JwtSettings.class})
public class AccessAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(AccessAutoConfiguration.class);

    /// After the filter that counts requests, so that refusals are counted; before all that reads
    /// anything of them.
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    /// No bean depends on how callers are known: a gateway whose beans are settled by its build
    /// takes the mode from its settings still.
    @Bean
    Access access(
            AccessTable table,
            AccessSettings settings,
            JwtSettings jwt,
            ObjectProvider<Tokens> tokens,
            Environment environment) {
        return new Access(
                table,
                switch (settings.mode()) {
                    case TOKEN -> byToken(tokens.getIfAvailable(() -> tokens(settings)));
                    case JWT -> byJwt(jwt);
                    case MTLS -> byCertificate(settings, environment);
                    case OPEN -> {
                        LOG.warn("Everybody may do everything here: retort.access.mode is open");
                        yield null;
                    }
                });
    }

    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter(Access access) {
        FilterRegistrationBean<AccessFilter> filter =
                new FilterRegistrationBean<>(new AccessFilter(access));
        filter.setOrder(ORDER);
        filter.setEnabled(!access.isOpen());
        return filter;
    }

    @Bean
    FilterRegistrationBean<SecurityHeaders> securityHeaders() {
        FilterRegistrationBean<SecurityHeaders> filter =
                new FilterRegistrationBean<>(new SecurityHeaders());
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    NamedEndpoints namedEndpoints(
            AccessTable table, ObjectProvider<RequestMappingHandlerMapping> mappings) {
        return new NamedEndpoints(table, mappings);
    }

    @Bean
    @ConditionalOnMissingBean
    Credential credential(AccessSettings settings) {
        return settings.credential() == null
                ? Credential.none()
                : Credential.of(settings.credential());
    }

    @Bean
    @ConditionalOnMissingBean
    Trust trust(AccessSettings settings, ObjectProvider<SslBundles> bundles) {
        return settings.trustBundle() == null
                ? Trust.usual()
                : Trust.of(bundles.getObject(), settings.trustBundle());
    }

    private static Tokens tokens(AccessSettings settings) {
        if (settings.tokens() != null) {
            return Tokens.of(settings.tokens());
        }
        String token = Tokens.fresh();
        // Not logged: logs are kept, and shipped.
        System.out.println(
                "retort.access.tokens names no file. Until the next start this token may do"
                        + " everything: "
                        + token);
        return Tokens.of("generated", token);
    }

    private static Callers byToken(Tokens tokens) {
        return presented -> {
            String token = presented.bearer();
            return token == null ? null : tokens.byToken(token);
        };
    }

    private static Callers byJwt(JwtSettings settings) {
        settings.require();
        return new JwtCallers(settings);
    }

    private static Callers byCertificate(AccessSettings settings, Environment environment) {
        if (!"need".equalsIgnoreCase(environment.getProperty("server.ssl.client-auth"))
                || environment.getProperty("server.ssl.bundle") == null
                || settings.tokens() == null) {
            throw new IllegalArgumentException(
                    "retort.access.mode=mtls needs server.ssl.bundle,"
                            + " server.ssl.client-auth=need and retort.access.tokens");
        }
        return new CertificateCallers(Tokens.of(settings.tokens()));
    }
}

package io.retort.access;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// Guards a service by the [AccessTable] that it brings along; without one it does not start.
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(AccessSettings.class)
public class AccessAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(AccessAutoConfiguration.class);

    /// After the filter that counts requests, so that refusals are counted; before all that reads
    /// anything of them.
    private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

    @Bean
    Access access(AccessTable table, Optional<Callers> callers) {
        if (callers.isEmpty()) {
            LOG.warn("Everybody may do everything here: retort.access.mode is open");
        }
        return new Access(table, callers.orElse(null));
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

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(
            name = "retort.access.mode",
            havingValue = "token",
            matchIfMissing = true)
    static class ByToken {

        @Bean
        @ConditionalOnMissingBean
        Tokens tokens(AccessSettings settings) {
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

        @Bean
        Callers callers(Tokens tokens) {
            return presented -> {
                String token = presented.bearer();
                return token == null ? null : tokens.byToken(token);
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "retort.access.mode", havingValue = "jwt")
    @EnableConfigurationProperties(JwtSettings.class)
    static class ByJwt {

        @Bean
        Callers callers(JwtSettings settings) {
            settings.require();
            return new JwtCallers(settings);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "retort.access.mode", havingValue = "mtls")
    static class ByCertificate {

        @Bean
        Callers callers(AccessSettings settings, Environment environment) {
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
}

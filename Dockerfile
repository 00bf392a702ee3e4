# One pattern for the four services: --build-arg SERVICE=edge-gateway. The context is
# target/images/<service>, which `./retort images` lays out; building then needs no network, except
# where the image for fonts comes without any.

# A JDK 25 with jlink, and a shell.
ARG BUILD_IMAGE=eclipse-temurin:25-jdk
# The C and C++ runtimes: no shell, no package manager.
ARG RUN_IMAGE=gcr.io/distroless/cc-debian13:latest
# Where fontconfig and a font come from, for the charts of a model card.
ARG FONTS_IMAGE=debian:trixie-slim
ARG SERVICE


FROM ${BUILD_IMAGE} AS runtime
# What the four services need, found by trying, and what is looked up by name alone (file systems of
# archives, algorithms of TLS and SASL).
ARG MODULES=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.management.rmi,java.naming,java.net.http,java.prefs,java.rmi,java.scripting,java.security.jgss,java.security.sasl,java.sql,java.sql.rowset,java.transaction.xa,java.xml,java.xml.crypto,jdk.crypto.ec,jdk.httpserver,jdk.jfr,jdk.management,jdk.net,jdk.nio.mapmode,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs
# A build image may bring its runtime.
RUN [ -x /opt/retort/java/bin/java ] || jlink --add-modules "$MODULES" --strip-java-debug-attributes --no-header-files --no-man-pages \
    --compress zip-6 --output /opt/retort/java


FROM runtime AS build
ARG TARGETARCH
COPY lib /opt/retort/lib
COPY native/${TARGETARCH} /opt/retort/native
COPY app /opt/retort/app
COPY launch.args live.args /opt/retort/
# The cache of classes is made by a start in the image's own runtime and folders, since it holds for
# these archives, paths and times alone. No broker is there: what waits for one goes on without.
ARG AOT=true
RUN mkdir -p /data /opt/retort/cache && touch /opt/retort/cache/aot.args && \
    if [ "$AOT" = true ]; then \
        OPT_OUT_TRACKING=true DJL_CACHE_DIR=/opt/retort/native/djl OMP_NUM_THREADS=1 \
        /opt/retort/java/bin/java -XX:AOTCacheOutput=/opt/retort/cache/service.aot \
            -Dspring.context.exit=onRefresh @/opt/retort/launch.args \
            --retort.data=/tmp/training --server.port=0 --management.server.port=0 \
            --spring.cloud.stream.kafka.binder.brokers=127.0.0.1:1 --logging.level.root=error && \
        echo '-XX:AOTCache=/opt/retort/cache/service.aot' >/opt/retort/cache/aot.args; \
    fi


FROM ${FONTS_IMAGE} AS fonts
RUN command -v fc-list >/dev/null || { apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends fontconfig fonts-dejavu-core; }
RUN mkdir /fonts && cd / && \
    cp -a --parents etc/fonts usr/share/fontconfig usr/share/fonts/truetype/dejavu /fonts && \
    library=$(ls /usr/lib/*-linux-gnu/libfontconfig.so.1) && \
    for file in "$library" $(ldd "$library" | awk '$3 ~ "^/" && !/libc\.so|libm\.so/ { print $3 }'); do \
        cp -L --parents "/usr${file#/usr}" /fonts; \
    done


FROM ${RUN_IMAGE} AS run-edge-gateway
ENV MANAGEMENT_SERVER_PORT=9080
EXPOSE 8080 9080

FROM ${RUN_IMAGE} AS run-teacher-service
ENV MANAGEMENT_SERVER_PORT=9081
EXPOSE 8081 9081

FROM ${RUN_IMAGE} AS run-distillation-service
COPY --from=fonts /fonts /
ENV MANAGEMENT_SERVER_PORT=9082
EXPOSE 8082 9082

FROM ${RUN_IMAGE} AS run-model-registry
ENV MANAGEMENT_SERVER_PORT=9083
EXPOSE 8083 9083


FROM run-${SERVICE}
ARG SERVICE
ARG VERSION=dev
ARG REVISION=
LABEL org.opencontainers.image.title="retort/${SERVICE}" \
    org.opencontainers.image.description="Retort distils what expensive sensors know into models that cheap sensors can run" \
    org.opencontainers.image.version="${VERSION}" \
    org.opencontainers.image.revision="${REVISION}"
# What changes least comes first.
COPY --from=runtime /opt/retort/java /opt/retort/java
COPY --from=build /opt/retort/native /opt/retort/native
COPY --from=build /opt/retort/lib /opt/retort/lib
COPY --from=build /opt/retort/app /opt/retort/app
COPY --from=build /opt/retort/launch.args /opt/retort/live.args /opt/retort/
COPY --from=build /opt/retort/cache /opt/retort/cache
COPY --from=build --chown=10001:10001 /data /data
# HOME and the cache folder are for libraries that want one; nothing else of the root is written.
ENV RETORT_DATA=/data HOME=/data XDG_CACHE_HOME=/tmp OPT_OUT_TRACKING=true \
    DJL_CACHE_DIR=/opt/retort/native/djl RETORT_COMMIT=${REVISION}
USER 10001:10001
WORKDIR /data
VOLUME /data
ENTRYPOINT ["/opt/retort/java/bin/java", "@/opt/retort/cache/aot.args", "@/opt/retort/launch.args"]
# Whether it lives, not whether it is ready: a gateway is not, before the first model is released.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["/opt/retort/java/bin/java", "@/opt/retort/live.args"]

#!/bin/sh
# What the public image is told through its environment.
exec java -DLOG_LEVEL="$LOG_LEVEL" -Ds3proxy.endpoint="$S3PROXY_ENDPOINT" \
    -Ds3proxy.authorization="$S3PROXY_AUTHORIZATION" -Ds3proxy.identity="$S3PROXY_IDENTITY" \
    -Ds3proxy.credential="$S3PROXY_CREDENTIAL" -Djclouds.provider="$JCLOUDS_PROVIDER" \
    -Djclouds.identity=remote-identity -Djclouds.credential=remote-credential \
    -Djclouds.filesystem.basedir="$JCLOUDS_FILESYSTEM_BASEDIR" \
    -jar /opt/s3proxy/s3proxy --properties /dev/null

# The image with pgBackRest of Debian: docs/how-to/back-up.md
#   docker build --file docker/examples/pgbackrest.Dockerfile --tag pg-with-pgbackrest:17 docker/examples
ARG IMAGE=pg-entrypoint:17
FROM ${IMAGE}
RUN apt-get -qq update \
 && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends pgbackrest >/tmp/apt.log 2>&1 \
 && apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/apt.log \
 && install --directory --owner postgres --group postgres /backup
COPY pgbackrest.conf /etc/pgbackrest.conf

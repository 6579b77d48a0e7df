# Stands in for postgres:18-bookworm where no image registry can be reached: the same version, from the npm package.
ARG DEBIAN_IMAGE
FROM ${DEBIAN_IMAGE}
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid postgres --home-dir /var/lib/postgresql postgres \
    && install --directory --owner=postgres --group=postgres --mode=1777 /var/lib/postgresql /var/run/postgresql
COPY binaries /usr/local/pgsql
COPY --chmod=755 postgres-entrypoint.sh /usr/local/bin/entrypoint
COPY --chmod=755 pg-isready.sh /usr/local/bin/pg_isready
ENV PATH=/usr/local/pgsql/bin:$PATH
VOLUME /var/lib/postgresql
ENTRYPOINT ["entrypoint"]
STOPSIGNAL SIGINT

# One image for every process of the service: `docker-compose.yml` chooses the command.
# Build with `docker compose build`. The lock file's hashes decide what is installed.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
WORKDIR /srv/intake
COPY requirements.txt ./
# Wheels only: the image needs no compiler, and nobody's setup.py runs during a build.
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r requirements.txt
COPY pyproject.toml README.md LICENSE alembic.ini wsgi.py ./
COPY intake intake
COPY worker worker
COPY migrations migrations
COPY deploy/gunicorn.conf.py deploy/
# The project goes in last and without dependencies; its build back-end is part of the lock.
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation --editable . \
 && /opt/venv/bin/python -m compileall -q intake worker migrations wsgi.py

FROM python:3.13-slim AS runtime
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, not a name: an orchestrator that refuses root needs to see that it isn't.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin intake
WORKDIR /srv/intake
# Owned by root and never written: the file system of a container may be read-only.
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/intake /srv/intake
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["intake", "serve"]
